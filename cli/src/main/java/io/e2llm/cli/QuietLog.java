package io.e2llm.cli;

import java.util.Locale;
import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Sets the log up: warnings of this project only, one line each, on standard error. */
final class QuietLog {
  /** Kept, since the log forgets loggers that nobody holds. */
  private static final Logger ROOT = Logger.getLogger("");

  private static final Logger OURS = Logger.getLogger("io.e2llm");

  private QuietLog() {}

  static void install(boolean verbose) {
    LogManager.getLogManager().reset();
    ConsoleHandler handler = new ConsoleHandler();
    handler.setLevel(Level.ALL);
    handler.setFormatter(new Line(verbose));
    ROOT.addHandler(handler);
    ROOT.setLevel(verbose ? Level.WARNING : Level.OFF);
    OURS.setLevel(verbose ? Level.INFO : Level.WARNING);
  }

  private static final class Line extends Formatter {
    private final boolean verbose;

    Line(boolean verbose) {
      this.verbose = verbose;
    }

    @Override
    public String format(LogRecord entry) {
      String level = entry.getLevel().getName().toLowerCase(Locale.ROOT);
      StringBuilder text = new StringBuilder("e2llm: ").append(level).append(": ");
      text.append(formatMessage(entry)).append(System.lineSeparator());
      Throwable thrown = entry.getThrown();
      if (thrown != null && verbose) {
        text.append(StackTraceText.of(thrown));
      }
      return text.toString();
    }
  }
}
