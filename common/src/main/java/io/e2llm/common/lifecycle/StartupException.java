package io.e2llm.common.lifecycle;

import java.io.Serial;

/**
 * The process cannot start, for a reason its operator can do something about. The message is one
 * line for the operator (it may name ports and files) and never reaches a client.
 */
public final class StartupException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  /** A failure told by {@code message}. */
  public StartupException(String message) {
    super(message);
  }

  /** A failure told by {@code message}, with the failure behind it. */
  public StartupException(String message, Throwable cause) {
    super(message, cause);
  }
}
