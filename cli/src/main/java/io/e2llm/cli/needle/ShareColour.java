package io.e2llm.cli.needle;

import java.util.Locale;

/**
 * Colours of shares, from orange over yellow to blue: apart for all kinds of sight, light enough
 * for dark letters, and visible on white and on black paper.
 */
final class ShareColour {
  private static final int[][] STOPS = {
    {0xf2, 0x7b, 0x4b},
    {0xfb, 0xb7, 0x6b},
    {0xfa, 0xe9, 0x9a},
    {0xa9, 0xd3, 0xe8},
    {0x6f, 0xa8, 0xe0}
  };

  private ShareColour() {}

  /** Of a share from 0 to 1, as {@code #rrggbb}. */
  static String of(double share) {
    double at = Math.clamp(share, 0.0, 1.0) * (STOPS.length - 1);
    int low = Math.min((int) at, STOPS.length - 2);
    double rest = at - low;
    StringBuilder colour = new StringBuilder("#");
    for (int i = 0; i < STOPS[low].length; i++) {
      long value = Math.round(STOPS[low][i] * (1 - rest) + STOPS[low + 1][i] * rest);
      colour.append(String.format(Locale.ROOT, "%02x", value));
    }
    return colour.toString();
  }
}
