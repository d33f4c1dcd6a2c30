package io.e2llm.cli.svg;

import java.util.Locale;

/** A picture's text in the making, on paper that follows the reader's choice of light or dark. */
public final class SvgPicture {
  private static final String STYLE =
      """
      <style>
      svg { --paper: #ffffff; --ink: #1f2328; --soft: #59636e; --line: #d1d9e0; }
      @media (prefers-color-scheme: dark) {
        svg { --paper: #0d1117; --ink: #e6edf3; --soft: #9198a1; --line: #30363d; }
      }
      .paper { fill: var(--paper); }
      text { font: 12px system-ui, sans-serif; fill: var(--ink); }
      .head { font-size: 15px; font-weight: 600; }
      .sub, .tick { fill: var(--soft); }
      .grid { stroke: var(--line); }
      %s</style>
      <rect class='paper' width='100%%' height='100%%'/>
      """;

  private final StringBuilder text = new StringBuilder();

  /**
   * An empty picture.
   *
   * @param title for those who cannot see it
   * @param style more rules of CSS, a line each
   */
  public SvgPicture(int width, int height, String title, String style) {
    add(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d' width='%d' height='%d' role='img'>",
        width, height, width, height);
    add("<title>%s</title>", escape(title));
    text.append(STYLE.formatted(style));
  }

  /** Adds an element as a format string of {@link Locale#ROOT} makes it. */
  public void add(String form, Object... values) {
    text.append(String.format(Locale.ROOT, form, values)).append('\n');
  }

  /** Adds words. */
  public void words(String style, double x, double y, String words) {
    add("<text class='%s' x='%.1f' y='%.1f'>%s</text>", style, x, y, escape(words));
  }

  /** A step of 1, 2 or 5 times a power of ten, of which four to ten make {@code most}. */
  public static double step(double most) {
    double power = Math.pow(10, Math.floor(Math.log10(most)));
    for (double factor : new double[] {0.1, 0.2, 0.5}) {
      if (most / (power * factor) <= 10) {
        return power * factor;
      }
    }
    return power;
  }

  private static String escape(String words) {
    return words.replace("&", "&amp;").replace("<", "&lt;").replace("'", "&apos;");
  }

  /** The whole picture. */
  @Override
  public String toString() {
    return text + "</svg>\n";
  }
}
