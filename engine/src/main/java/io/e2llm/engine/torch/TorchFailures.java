package io.e2llm.engine.torch;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Brings libtorch's failures, which are pages long, down to the line that matters. */
final class TorchFailures {
  private static final Pattern ERROR_LINE = Pattern.compile("(?m)^\\w*(?:Error|Exception): (.+)$");
  private static final int MOST_CHARACTERS = 200;

  private TorchFailures() {}

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
