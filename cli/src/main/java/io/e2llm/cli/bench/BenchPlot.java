package io.e2llm.cli.bench;

import java.util.Arrays;
import java.util.List;

/** The result as a picture (SVG), which follows the reader's choice of light or dark. */
final class BenchPlot {
  private static final int WIDTH = 760;
  private static final int HEAD = 52;
  private static final int GAP = 14;
  private static final String STYLE =
      """
      <style>
      svg { --paper: #ffffff; --ink: #1f2328; --soft: #59636e; --line: #d1d9e0; --blue: #0969da; }
      @media (prefers-color-scheme: dark) {
        svg { --paper: #0d1117; --ink: #e6edf3; --soft: #9198a1; --line: #30363d; --blue: #58a6ff; }
      }
      .paper { fill: var(--paper); }
      text { font: 12px system-ui, sans-serif; fill: var(--ink); }
      .head { font-size: 15px; font-weight: 600; }
      .sub, .tick, .none { fill: var(--soft); }
      .title { font-weight: 600; }
      .tick { text-anchor: middle; }
      .row { text-anchor: end; }
      .grid { stroke: var(--line); }
      .half { fill: var(--blue); opacity: 0.18; }
      .point { fill: var(--blue); opacity: 0.55; }
      .median { stroke: var(--ink); stroke-width: 2; }
      </style>
      """;

  private BenchPlot() {}

  /** The picture's text. */
  static String of(BenchResult result) {
    List<StripPlot> plots =
        List.of(
            new StripPlot("Time to first token (ms), each request", first(result)),
            new StripPlot("Gap between two tokens of a stream (ms)", gaps(result)));
    int height = HEAD + plots.stream().mapToInt(plot -> plot.height() + GAP).sum();
    StringBuilder svg = new StringBuilder();
    svg.append(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d' width='%d' height='%d' role='img'>\n"
            .formatted(WIDTH, height, WIDTH, height));
    svg.append("<title>e2llm bench: ").append(escape(result.target())).append("</title>\n");
    svg.append(STYLE);
    svg.append("<rect class='paper' width='100%' height='100%'/>\n");
    text(svg, "head", 22, result.target());
    text(svg, "sub", 40, subtitle(result.workload()));
    int y = HEAD;
    for (StripPlot plot : plots) {
      plot.draw(svg, y, WIDTH);
      y += plot.height() + GAP;
    }
    return svg.append("</svg>\n").toString();
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

  private static void text(StringBuilder svg, String style, int y, String text) {
    svg.append("<text class='%s' x='16' y='%d'>%s</text>%n".formatted(style, y, escape(text)));
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("'", "&apos;");
  }
}
