package io.e2llm.cli.bench;

import io.e2llm.cli.CommandFailure;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A process whose memory is reported.
 *
 * @param label what to call it
 * @param pid its number
 */
record WatchedProcess(String label, long pid) {
  private static final Pattern FORM = Pattern.compile("(?:([^=]+)=)?(\\d{1,18})");

  /** Reads {@code LABEL=PID} or {@code PID}. */
  static WatchedProcess parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw CommandFailure.wrongUse("--pid " + text + " is not of the form LABEL=PID");
    }
    String label = form.group(1) == null ? "pid " + form.group(2) : form.group(1);
    return new WatchedProcess(label, Long.parseLong(form.group(2)));
  }
}
