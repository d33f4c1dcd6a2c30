package io.e2llm.cli;

import java.io.Serial;

/** A command cannot do what it was asked; the message is one line for the user. */
public final class CommandFailure extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private final int status;

  private CommandFailure(int status, String message) {
    super(message);
    this.status = status;
  }

  /** It was asked properly and failed. */
  public static CommandFailure failed(String message) {
    return new CommandFailure(1, message);
  }

  /** It was asked wrongly. */
  public static CommandFailure wrongUse(String message) {
    return new CommandFailure(2, message);
  }

  /** The exit status. */
  public int status() {
    return status;
  }
}
