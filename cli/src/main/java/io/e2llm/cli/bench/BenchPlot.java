package io.e2llm.cli.bench;

import io.e2llm.cli.picture.Svg;
import java.util.Arrays;
import java.util.List;

/** The result as a picture (SVG), which follows the reader's choice of light or dark. */
final class BenchPlot {
  private static final int WIDTH = 760;
  private static final int HEAD = 52;
  private static final int GAP = 14;
  private static final String STYLE =
      """
      .none { fill: var(--soft); }
      .grid { stroke: var(--line); }
      .half { fill: var(--blue); opacity: 0.18; }
      .point { fill: var(--blue); opacity: 0.55; }
      .median { stroke: var(--ink); stroke-width: 2; }
      """;

  private BenchPlot() {}

  /** The picture's text. */
  static String of(BenchResult result) {
    List<StripPlot> plots =
        List.of(
            new StripPlot("Time to first token (ms), each request", first(result)),
            new StripPlot("Gap between two tokens of a stream (ms)", gaps(result)));
    int height = HEAD + plots.stream().mapToInt(plot -> plot.height() + GAP).sum();
    Svg svg = new Svg(WIDTH, height, "e2llm bench: " + result.target(), STYLE);
    svg.heading("head", 22, result.target());
    svg.heading("sub", 40, subtitle(result.workload()));
    int y = HEAD;
    for (StripPlot plot : plots) {
      plot.draw(svg, y, WIDTH);
      y += plot.height() + GAP;
    }
    return svg.end();
  }

  private static String subtitle(Workload workload) {
    return "%,d + %,d tokens in, %,d out, %s, %d requests in a run; bar: middle half, line: median"
        .formatted(
            workload.contextTokens(),
            workload.questionTokens(),
            workload.outputTokens(),
            workload.streamsInWords(),
            workload.requests());
  }

  private static List<double[]> first(BenchResult result) {
    return result.repetitions().stream()
        .map(
            each ->
                each.answers().stream().mapToDouble(RepetitionNumbers::firstTokenMillis).toArray())
        .toList();
  }

  private static List<double[]> gaps(BenchResult result) {
    return result.repetitions().stream()
        .map(
            each ->
                each.answers().stream()
                    .flatMapToDouble(answer -> Arrays.stream(answer.tokens().gapMillis()))
                    .toArray())
        .toList();
  }
}
