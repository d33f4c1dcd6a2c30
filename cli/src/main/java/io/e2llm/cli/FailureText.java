package io.e2llm.cli;

import io.e2llm.common.config.ConfigException;
import io.e2llm.common.error.ServingException;
import io.e2llm.common.lifecycle.StartupException;
import io.e2llm.engine.ModelException;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;

/** What a failure says in one line. */
final class FailureText {
  private FailureText() {}

  static String of(Throwable failure) {
    return oneLine(
        switch (failure) {
          case CommandFailure e -> String.valueOf(e.getMessage());
          case ModelException e -> String.valueOf(e.getMessage());
          case StartupException e -> String.valueOf(e.getMessage());
          case ConfigException e -> String.join("; ", e.problems());
          case ServingException e -> String.valueOf(e.getMessage());
          case StatusException e -> status(e.getStatus());
          case StatusRuntimeException e -> status(e.getStatus());
          case InterruptedException e -> "interrupted";
          case OutOfMemoryError e -> "out of memory: " + e.getMessage();
          default ->
              failure.getMessage() == null
                  ? failure.getClass().getSimpleName()
                  : failure.getClass().getSimpleName() + ": " + failure.getMessage();
        });
  }

  private static String status(Status status) {
    return status.getDescription() == null
        ? "the call failed: " + status.getCode()
        : status.getDescription();
  }

  /** The text without line breaks and control characters. */
  static String oneLine(String text) {
    return text.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
  }
}
