package io.e2llm.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

/** A stack trace as text. */
final class StackTraceText {
  private StackTraceText() {}

  static String of(Throwable thrown) {
    StringWriter text = new StringWriter();
    thrown.printStackTrace(new PrintWriter(text));
    return text.toString();
  }
}
