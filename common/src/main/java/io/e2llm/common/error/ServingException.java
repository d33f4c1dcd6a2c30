package io.e2llm.common.error;

import java.io.Serial;

/**
 * A failure that a caller is told of. The message is for people, is never parsed, and holds no
 * address, no path and nobody else's text.
 */
public final class ServingException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private final Reason reason;

  /** A failure for {@code reason}, told by {@code message}. */
  public ServingException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /**
   * A failure for {@code reason}, told by {@code message}, with the failure behind it for the log.
   */
  public ServingException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** The stable reason. */
  public Reason reason() {
    return reason;
  }
}
