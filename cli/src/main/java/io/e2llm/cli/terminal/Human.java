package io.e2llm.cli.terminal;

import java.util.Locale;

/** Sizes and times as people read them. */
public final class Human {
  private Human() {}

  /** Bytes in decimal units: {@code 612 B}, {@code 83.5 MB}. */
  public static String bytes(long bytes) {
    if (bytes < 1000) {
      return bytes + " B";
    }
    String[] units = {"kB", "MB", "GB", "TB"};
    double value = bytes / 1000.0;
    int unit = 0;
    while (value >= 999.95 && unit < units.length - 1) {
      value /= 1000;
      unit++;
    }
    return String.format(Locale.ROOT, "%.1f %s", value, units[unit]);
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
