package io.e2llm.cli.texts;

import io.e2llm.cli.CommandFailure;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers of tokens as people write them: {@code 4k} is 4000. */
public final class TokenCount {
  /** Most tokens of a text. */
  public static final int MOST = 2_000_000;

  private static final Pattern FORM = Pattern.compile("([1-9]\\d{0,6})(k?)");
  private static final int KILO = 1000;

  private TokenCount() {}

  /**
   * Reads one.
   *
   * @param option which it is given for
   * @param least that it may be
   * @throws CommandFailure when it is no such number
   */
  public static int of(String option, String text, int least) {
    Matcher form = FORM.matcher(text.strip());
    long tokens =
        form.matches() ? Long.parseLong(form.group(1)) * (form.group(2).isEmpty() ? 1 : KILO) : 0;
    if (tokens < least || tokens > MOST) {
      throw CommandFailure.wrongUse(
          "%s: %s is no number of tokens within %d to %d, such as 4k"
              .formatted(option, text, least, MOST));
    }
    return (int) tokens;
  }

  /** The same for people. */
  public static String text(int tokens) {
    return tokens % KILO == 0 ? tokens / KILO + "k" : String.valueOf(tokens);
  }
}
