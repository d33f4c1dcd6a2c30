package io.e2llm.cli.picture;

import java.util.Locale;

/**
 * A picture that is being drawn, which follows the reader's choice of light or dark. Its styles
 * have the colours {@code --paper}, {@code --ink}, {@code --soft}, {@code --line} and {@code
 * --blue}, and the classes {@code paper}, {@code head}, {@code sub}, {@code title}, {@code tick}
 * and {@code row} of texts. One thread only.
 */
public final class Svg {
  /** Pixels left of headings. */
  private static final int MARGIN = 16;

  private static final String STYLE =
      """
      svg { --paper: #ffffff; --ink: #1f2328; --soft: #59636e; --line: #d1d9e0; --blue: #0969da; }
      @media (prefers-color-scheme: dark) {
        svg { --paper: #0d1117; --ink: #e6edf3; --soft: #9198a1; --line: #30363d; --blue: #58a6ff; }
      }
      .paper { fill: var(--paper); }
      text { font: 12px system-ui, sans-serif; fill: var(--ink); }
      .head { font-size: 15px; font-weight: 600; }
      .sub, .tick { fill: var(--soft); }
      .title { font-weight: 600; }
      .tick { text-anchor: middle; }
      .row { text-anchor: end; }
      """;

  private final StringBuilder text = new StringBuilder();

  /**
   * A picture of so many pixels.
   *
   * @param title what it shows, for those who cannot see it
   * @param style more styles
   */
  public Svg(int width, int height, String title, String style) {
    tag(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d' width='%d' height='%d'"
            + " role='img'>",
        width, height, width, height);
    tag("<title>%s</title>", title);
    text.append("<style>\n").append(STYLE).append(style).append("</style>\n");
    tag("<rect class='paper' width='100%%' height='100%%'/>");
  }

  /** A heading. */
  public void heading(String style, int y, String words) {
    tag("<text class='%s' x='%d' y='%d'>%s</text>", style, MARGIN, y, words);
  }

  /**
   * A line of the picture in the manner of {@link String#format}; texts among values are escaped.
   */
  public void tag(String form, Object... values) {
    Object[] escaped = values.clone();
    for (int i = 0; i < escaped.length; i++) {
      if (escaped[i] instanceof String words) {
        escaped[i] = words.replace("&", "&amp;").replace("<", "&lt;").replace("'", "&apos;");
      }
    }
    text.append(String.format(Locale.ROOT, form, escaped)).append('\n');
  }

  /** A step of 1, 2 or 5 times a power of ten that leaves four to ten of them. */
  public static double step(double most) {
    double power = Math.pow(10, Math.floor(Math.log10(most)));
    for (double factor : new double[] {0.1, 0.2, 0.5}) {
      if (most / (power * factor) <= 10) {
        return power * factor;
      }
    }
    return power;
  }

  /** The picture, finished. */
  public String end() {
    return text + "</svg>\n";
  }
}
