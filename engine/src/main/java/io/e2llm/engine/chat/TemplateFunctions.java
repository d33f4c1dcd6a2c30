package io.e2llm.engine.chat;

import io.e2llm.engine.OneLine;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The functions that transformers gives to chat templates. Public for the interpreter only. */
public final class TemplateFunctions {
  private TemplateFunctions() {}

  /** {@code raise_exception(message)}: the template refuses the conversation. */
  public static Object raiseException(Object message) {
    throw new ChatTemplateException(
        "the chat template refuses the conversation: " + OneLine.of(String.valueOf(message)));
  }

  /** {@code strftime_now(format)}: the local time in Python's format; the usual letters only. */
  public static String strftimeNow(String format) {
    return strftime(format, LocalDateTime.now(ZoneId.systemDefault()));
  }

  static String strftime(String format, LocalDateTime time) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < format.length(); i++) {
      char c = format.charAt(i);
      if (c != '%' || i + 1 == format.length()) {
        text.append(c);
        continue;
      }
      char letter = format.charAt(++i);
      text.append(letter == '%' ? "%" : formatter(letter).format(time));
    }
    return text.toString();
  }

  private static DateTimeFormatter formatter(char letter) {
    String pattern =
        switch (letter) {
          case 'd' -> "dd";
          case 'm' -> "MM";
          case 'b' -> "MMM";
          case 'B' -> "MMMM";
          case 'y' -> "yy";
          case 'Y' -> "yyyy";
          case 'H' -> "HH";
          case 'I' -> "hh";
          case 'M' -> "mm";
          case 'S' -> "ss";
          case 'p' -> "a";
          case 'a' -> "EEE";
          case 'A' -> "EEEE";
          case 'j' -> "DDD";
          case 'F' -> "yyyy-MM-dd";
          case 'T' -> "HH:mm:ss";
          default -> throw new ChatTemplateException("strftime_now: %" + letter);
        };
    return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH);
  }
}
