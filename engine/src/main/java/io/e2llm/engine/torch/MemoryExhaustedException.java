package io.e2llm.engine.torch;

/** libtorch got no memory for a result; what it had before is as it was. */
public final class MemoryExhaustedException extends IllegalStateException {
  private static final long serialVersionUID = 1;

  MemoryExhaustedException(String message, Throwable cause) {
    super(message, cause);
  }
}
