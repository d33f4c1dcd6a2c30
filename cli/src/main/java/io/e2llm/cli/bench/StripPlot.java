package io.e2llm.cli.bench;

import io.e2llm.cli.picture.Svg;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A panel of a picture: one row of points for each repetition over a common scale from 0, with the
 * middle half as a bar and the median as a line.
 *
 * @param title what is drawn
 * @param rows values of each repetition, milliseconds
 */
record StripPlot(String title, List<double[]> rows) {
  private static final int LEFT = 92;
  private static final int RIGHT = 24;
  private static final int TOP = 34;
  private static final int ROW = 34;
  private static final int BOTTOM = 30;
  private static final int MOST_POINTS = 150;

  StripPlot {
    rows = List.copyOf(rows);
  }

  /** Its height in pixels. */
  int height() {
    return TOP + ROW * rows.size() + BOTTOM;
  }

  /** Draws it below {@code y}. */
  void draw(Svg svg, int y, int width) {
    double most = rows.stream().flatMapToDouble(Arrays::stream).max().orElse(1);
    double step = Svg.step(most > 0 ? most : 1);
    double end = step * Math.max(1, Math.ceil(most / step));
    Axis axis = new Axis(width - LEFT - RIGHT, end);
    int bottom = y + TOP + ROW * rows.size();
    svg.tag("<text class='title' x='%d' y='%d'>%s</text>", LEFT, y + 18, title);
    for (double tick = 0; tick <= end * 1.0001; tick += step) {
      svg.tag(
          "<line class='grid' x1='%.1f' x2='%.1f' y1='%d' y2='%d'/>",
          axis.x(tick), axis.x(tick), y + TOP, bottom);
      svg.tag(
          "<text class='tick' x='%.1f' y='%d'>%s</text>",
          axis.x(tick), bottom + 18, label(tick, step));
    }
    for (int i = 0; i < rows.size(); i++) {
      int middle = y + TOP + ROW * i + ROW / 2;
      svg.tag("<text class='row' x='%d' y='%d'>run %d</text>", LEFT - 12, middle + 4, i + 1);
      row(svg, rows.get(i), axis, middle);
    }
  }

  private static void row(Svg svg, double[] values, Axis axis, int middle) {
    if (values.length == 0) {
      svg.tag("<text class='none' x='%.1f' y='%d'>no values</text>", axis.x(0) + 8, middle + 4);
      return;
    }
    double low = Percentile.of(values, 25);
    double high = Percentile.of(values, 75);
    double median = Percentile.of(values, 50);
    svg.tag(
        "<rect class='half' x='%.1f' y='%d' width='%.1f' height='16' rx='3'/>",
        axis.x(low), middle - 8, Math.max(1, axis.x(high) - axis.x(low)));
    int points = Math.min(values.length, MOST_POINTS);
    for (int p = 0; p < points; p++) {
      double value = Percentile.of(values, points == 1 ? 50 : 100.0 * p / (points - 1));
      svg.tag(
          "<circle class='point' cx='%.1f' cy='%d' r='2.5'/>",
          axis.x(value), middle + (p * 5 % 9) - 4);
    }
    svg.tag(
        "<line class='median' x1='%.1f' x2='%.1f' y1='%d' y2='%d'><title>median %.2f ms of"
            + " %d</title></line>",
        axis.x(median), axis.x(median), middle - 11, middle + 11, median, values.length);
  }

  private static String label(double tick, double step) {
    int decimals = (int) Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
    return String.format(Locale.ROOT, "%,." + decimals + "f", tick);
  }

  /** The scale: {@code end} milliseconds on {@code pixels}. */
  private record Axis(int pixels, double end) {
    double x(double value) {
      return LEFT + pixels * value / end;
    }
  }
}
