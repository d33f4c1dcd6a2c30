package io.e2llm.engine;

import java.io.Serial;

/**
 * A model, or one of its files, cannot be used: missing, truncated, hostile, unsupported, or not
 * what it claims to be. The message is one line that names the file and the field; it is meant for
 * the operator who chose the file.
 */
public final class ModelException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  /** A failure told by {@code message}. */
  public ModelException(String message) {
    super(message);
  }

  /** A failure told by {@code message}, with the failure behind it. */
  public ModelException(String message, Throwable cause) {
    super(message, cause);
  }
}
