package io.e2llm.engine.torch;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Brings libtorch's failures, which are pages long, down to the line that matters. */
final class TorchFailures {
  private static final Pattern ERROR_LINE = Pattern.compile("(?m)^\\w*(?:Error|Exception): (.+)$");
  private static final int MOST_CHARACTERS = 200;

  /** What the allocators of the CPU and of CUDA say. */
  private static final Pattern NO_MEMORY =
      Pattern.compile(
          "can't allocate memory|not enough memory|out of memory", Pattern.CASE_INSENSITIVE);

  private TorchFailures() {}

  /** A call's failure, with one line that says what failed. */
  static IllegalStateException of(String call, Throwable failure) {
    String message = call + ": " + brief(failure);
    return NO_MEMORY.matcher(String.valueOf(failure.getMessage())).find()
        ? new MemoryExhaustedException(message, failure)
        : new IllegalStateException(message, failure);
  }

  /** One line that says what failed. */
  static String brief(Throwable failure) {
    String message = failure.getMessage();
    if (message == null || message.isBlank()) {
      return failure.getClass().getSimpleName();
    }
    String line = message.strip().lines().findFirst().orElse("");
    Matcher errors = ERROR_LINE.matcher(message);
    while (errors.find()) {
      line = errors.group(1);
    }
    line = line.strip();
    return line.length() <= MOST_CHARACTERS ? line : line.substring(0, MOST_CHARACTERS) + "…";
  }
}
