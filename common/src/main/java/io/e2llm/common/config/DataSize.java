package io.e2llm.common.config;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An amount of bytes.
 *
 * @param bytes at least 0
 */
public record DataSize(long bytes) {
  private static final Pattern FORM = Pattern.compile("(\\d+)\\s*(B|KiB|MiB|GiB)?");

  /** Checks the range. */
  public DataSize {
    if (bytes < 0) {
      throw new IllegalArgumentException("a size is at least 0");
    }
  }

  /**
   * Reads {@code 512MiB}, {@code 4KiB}, {@code 100B} or {@code 100}.
   *
   * @throws IllegalArgumentException when the text has another form or the size does not fit
   */
  public static DataSize parse(String text) {
    Matcher form = FORM.matcher(text.strip());
    if (!form.matches()) {
      throw new IllegalArgumentException("a size looks like 512MiB, 64KiB or 100");
    }
    try {
      return new DataSize(
          Math.multiplyExact(Long.parseLong(form.group(1)), 1L << shift(form.group(2))));
    } catch (ArithmeticException | NumberFormatException tooLarge) {
      throw new IllegalArgumentException("the size is too large", tooLarge);
    }
  }

  /** The bytes as an array's length, at most {@code Integer.MAX_VALUE}. */
  public int intBytes() {
    return (int) Math.min(Integer.MAX_VALUE, bytes);
  }

  @Override
  public String toString() {
    for (int shift = 30; shift > 0; shift -= 10) {
      if (bytes > 0 && bytes % (1L << shift) == 0) {
        return String.format(Locale.ROOT, "%d%s", bytes >> shift, unit(shift));
      }
    }
    return bytes + "B";
  }

  private static String unit(int shift) {
    return shift == 30 ? "GiB" : shift == 20 ? "MiB" : "KiB";
  }

  private static int shift(@Nullable String unit) {
    if (unit == null || unit.equals("B")) {
      return 0;
    }
    return unit.equals("KiB") ? 10 : unit.equals("MiB") ? 20 : 30;
  }
}
