package io.e2llm.cli.train;

import com.fasterxml.jackson.databind.JsonNode;
import io.e2llm.cli.picture.Svg;
import io.e2llm.trainer.objective.Exercise.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The losses of a run as a picture, from the lines of its log: for each kind of exercise what
 * evaluations measured, the same with other contexts, and, faint and smoothed, what was learned
 * from.
 */
final class LossPlot {
  private static final int WIDTH = 760;
  private static final int HEIGHT = 420;
  private static final int LEFT = 52;
  private static final int RIGHT = 150;
  private static final int TOP = 62;
  private static final int BOTTOM = 48;
  private static final double SMOOTHING = 0.1;
  private static final String STYLE =
      """
      path { fill: none; stroke-width: 2; stroke-linejoin: round; }
      .learned { stroke-width: 1; opacity: 0.35; }
      .control { stroke-width: 1.5; stroke-dasharray: 5 4; }
      .nats { text-anchor: end; }
      .middle { text-anchor: middle; }
      """;

  private final List<JsonNode> lines;
  private final double steps;
  private final double most;

  private LossPlot(List<JsonNode> lines) {
    this.lines = lines;
    this.steps = lines.stream().mapToInt(LossPlot::number).max().orElse(1);
    double highest =
        lines.stream()
            .flatMap(line -> List.of(line.path("nats"), line.path("control")).stream())
            .flatMap(nats -> nats.valueStream())
            .mapToDouble(JsonNode::asDouble)
            .max()
            .orElse(1);
    this.most = highest > 0 ? highest : 1;
  }

  /** A place in the picture. */
  private record Point(double x, double y) {}

  /** The picture's text. */
  static String of(List<JsonNode> lines) {
    return new LossPlot(lines).draw();
  }

  private String draw() {
    Svg svg = new Svg(WIDTH, HEIGHT, "e2llm train: losses", STYLE);
    svg.heading("head", 22, "Loss by exercise, nats a token");
    svg.heading(
        "sub",
        42,
        "solid: held-out contexts; dashed: the same with another context's soft prompts; faint: learned from");
    axes(svg);
    int entry = 0;
    for (Kind kind : Kind.values()) {
      List<Point> own = points(true, "nats", kind);
      List<Point> learned = smoothed(points(false, "nats", kind));
      if (own.isEmpty() && learned.isEmpty()) {
        continue;
      }
      path(svg, "learned", kind, learned);
      path(svg, "control", kind, points(true, "control", kind));
      path(svg, "own", kind, own);
      for (Point point : own) {
        svg.tag(
            "<circle cx='%.1f' cy='%.1f' r='3' fill='%s'/>", point.x(), point.y(), colour(kind));
      }
      double y = TOP + 12 + 20.0 * entry++;
      svg.tag(
          "<line x1='%d' x2='%d' y1='%.1f' y2='%.1f' stroke='%s' stroke-width='3'/>",
          WIDTH - RIGHT + 18, WIDTH - RIGHT + 38, y - 4, y - 4, colour(kind));
      words(svg, "kind", WIDTH - RIGHT + 46, y, kind.label());
    }
    return svg.end();
  }

  private void axes(Svg svg) {
    double step = Svg.step(most);
    for (double nats = 0; nats <= most; nats += step) {
      svg.tag(
          "<line class='grid' x1='%d' x2='%d' y1='%.1f' y2='%.1f'/>",
          LEFT, WIDTH - RIGHT, y(nats), y(nats));
      words(
          svg,
          "tick nats",
          LEFT - 8,
          y(nats) + 4,
          String.format(Locale.ROOT, step < 1 ? "%.1f" : "%.0f", nats));
    }
    double stepOfSteps = Math.max(1, Svg.step(steps));
    for (double number = 0; number <= steps; number += stepOfSteps) {
      words(
          svg, "tick", x(number), HEIGHT - BOTTOM + 18, String.format(Locale.ROOT, "%.0f", number));
    }
    words(svg, "sub middle", x(steps / 2), HEIGHT - BOTTOM + 36, "steps");
  }

  private static void words(Svg svg, String style, double x, double y, String words) {
    svg.tag("<text class='%s' x='%.1f' y='%.1f'>%s</text>", style, x, y, words);
  }

  private List<Point> points(boolean evaluated, String field, Kind kind) {
    List<Point> points = new ArrayList<>();
    for (JsonNode line : lines) {
      JsonNode nats = line.path(field).path(kind.label());
      if (line.has("evaluated") == evaluated && nats.isNumber()) {
        points.add(new Point(x(number(line)), y(nats.asDouble())));
      }
    }
    return points;
  }

  private static List<Point> smoothed(List<Point> points) {
    List<Point> smoothed = new ArrayList<>();
    double mean = 0;
    for (int i = 0; i < points.size(); i++) {
      mean += (points.get(i).y() - mean) * Math.max(SMOOTHING, 1.0 / (i + 1));
      smoothed.add(new Point(points.get(i).x(), mean));
    }
    return smoothed;
  }

  private static void path(Svg svg, String style, Kind kind, List<Point> points) {
    StringBuilder path = new StringBuilder();
    for (Point point : points) {
      path.append(
          String.format(
              Locale.ROOT, "%s%.1f %.1f", path.isEmpty() ? "M" : "L", point.x(), point.y()));
    }
    if (!path.isEmpty()) {
      svg.tag("<path class='%s' stroke='%s' d='%s'/>", style, colour(kind), path);
    }
  }

  private static String colour(Kind kind) {
    return switch (kind) {
      case REWRITING -> "#0969da";
      case RECALL -> "#8250df";
      case CONTINUATION -> "#57606a";
      case GAPS -> "#0e8a8a";
      case QUESTIONS -> "#cf222e";
      case HYBRID -> "#bc6c00";
      case READING -> "#1a7f37";
    };
  }

  private double x(double step) {
    return LEFT + (WIDTH - LEFT - RIGHT) * step / Math.max(1, steps);
  }

  private double y(double nats) {
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * nats / most;
  }

  private static int number(JsonNode line) {
    return line.path(line.has("evaluated") ? "evaluated" : "step").asInt();
  }
}
