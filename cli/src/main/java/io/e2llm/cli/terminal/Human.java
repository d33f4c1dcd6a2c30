package io.e2llm.cli.terminal;

import java.util.Locale;

/** Sizes and times as people read them. */
public final class Human {
  private static final String[] UNITS = {"kB", "MB", "GB", "TB"};

  private Human() {}

  /** Bytes in decimal units: {@code 612 B}, {@code 83.5 MB}. */
  public static String bytes(long bytes) {
    if (bytes < 1000) {
      return bytes + " B";
    }
    int unit = unit(bytes);
    return String.format(Locale.ROOT, "%.1f %s", bytes / size(unit), UNITS[unit]);
  }

  /** Bytes of all bytes, in the unit of all: {@code 4.5/12.0 MB}. */
  public static String share(long bytes, long all) {
    if (all < 1000) {
      return bytes + "/" + all + " B";
    }
    int unit = unit(all);
    return String.format(
        Locale.ROOT, "%.1f/%.1f %s", bytes / size(unit), all / size(unit), UNITS[unit]);
  }

  private static int unit(long bytes) {
    int unit = 0;
    while (bytes / size(unit) >= 999.95 && unit < UNITS.length - 1) {
      unit++;
    }
    return unit;
  }

  private static double size(int unit) {
    return Math.pow(1000, unit + 1);
  }

  /** Bytes per second: {@code 1.2 MB/s}. */
  public static String speed(double bytesPerSecond) {
    return bytes(Math.round(bytesPerSecond)) + "/s";
  }

  /** Seconds: {@code 4 s}, {@code 3 min 5 s}, {@code 2 h 1 min}. */
  public static String seconds(double seconds) {
    long whole = Math.max(0, Math.round(seconds));
    if (whole < 60) {
      return whole + " s";
    }
    return whole < 3600
        ? "%d min %d s".formatted(whole / 60, whole % 60)
        : "%d h %d min".formatted(whole / 3600, whole % 3600 / 60);
  }

  /** A count with thin groups: {@code 1,234,567}. */
  public static String count(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }
}
