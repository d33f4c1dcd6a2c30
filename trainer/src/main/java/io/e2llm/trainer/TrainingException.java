package io.e2llm.trainer;

/** Training cannot begin or go on; the message is one line and says what to do about it. */
public final class TrainingException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** For this reason. */
  public TrainingException(String message) {
    super(message);
  }

  /** For this reason. */
  public TrainingException(String message, Throwable cause) {
    super(message, cause);
  }
}
