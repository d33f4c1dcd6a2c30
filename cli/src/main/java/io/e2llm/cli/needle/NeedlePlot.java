package io.e2llm.cli.needle;

import io.e2llm.cli.picture.Svg;
import io.e2llm.cli.texts.TokenCount;
import java.util.List;

/** Grids as a picture (SVG): lengths from left to right, depths from top to bottom. */
final class NeedlePlot {
  private static final int LEFT = 76;
  private static final int RIGHT = 16;
  private static final int HEAD = 56;
  private static final int PANEL = 52;
  private static final int CELL_WIDTH = 64;
  private static final int CELL = 26;
  private static final int GAP = 26;
  private static final int LEGEND = 58;
  private static final int LEAST_WIDTH = 520;
  private static final int LEGEND_CELLS = 40;
  private static final int LEGEND_WIDTH = 5;
  private static final String STYLE =
      """
      .cell { stroke: var(--paper); stroke-width: 2; }
      .beyond { fill: none; stroke: var(--soft); stroke-dasharray: 3 3; }
      .number { text-anchor: middle; fill: #1f2328; }
      .none { text-anchor: middle; fill: var(--soft); }
      .whole { text-anchor: middle; font-weight: 600; }
      """;

  private NeedlePlot() {}

  /** The picture's text. */
  static String of(List<NeedleGrid> grids, String models) {
    NeedlePlan plan = grids.getFirst().plan();
    int width = Math.max(LEAST_WIDTH, LEFT + CELL_WIDTH * plan.lengths().size() + RIGHT);
    int panel = PANEL + CELL * (plan.depths().size() + 1) + GAP;
    int height = HEAD + panel * grids.size() + LEGEND;
    Svg svg = new Svg(width, height, "e2llm needle: " + models, STYLE);
    svg.heading("head", 22, "Needles found, by length and depth");
    svg.heading("sub", 42, models);
    int y = HEAD;
    for (NeedleGrid grid : grids) {
      panel(svg, grid, y);
      y += panel;
    }
    legend(svg, y);
    return svg.end();
  }

  private static void panel(Svg svg, NeedleGrid grid, int top) {
    NeedlePlan plan = grid.plan();
    svg.tag(
        "<text class='title' x='%d' y='%d'>%s, needles in a cell: %d</text>",
        LEFT, top + 20, grid.arm().label(), plan.seeds());
    svg.tag("<text class='sub' x='16' y='%d'>depth</text>", top + 42);
    int y = top + PANEL;
    for (int i = 0; i < plan.lengths().size(); i++) {
      int length = plan.lengths().get(i);
      int x = LEFT + CELL_WIDTH * i;
      int middle = x + CELL_WIDTH / 2;
      svg.tag(
          "<text class='tick' x='%d' y='%d'>%s</text>", middle, top + 42, TokenCount.text(length));
      for (int j = 0; j < plan.depths().size(); j++) {
        double depth = plan.depths().get(j);
        cell(svg, x, y + CELL * j, grid.cell(length, depth), name(length, depth));
      }
      svg.tag(
          "<text class='whole' x='%d' y='%d'>%s</text>",
          middle, y + CELL * plan.depths().size() + 20, NeedleTable.share(grid.all(length)));
    }
    for (int j = 0; j < plan.depths().size(); j++) {
      svg.tag(
          "<text class='row sub' x='%d' y='%d'>%s</text>",
          LEFT - 10, y + CELL * j + 17, NeedleTable.percent(plan.depths().get(j)));
    }
    svg.tag(
        "<text class='row title' x='%d' y='%d'>all</text>",
        LEFT - 10, y + CELL * plan.depths().size() + 20);
  }

  private static String name(int length, double depth) {
    return TokenCount.text(length) + " tokens, depth " + NeedleTable.percent(depth);
  }

  private static void cell(Svg svg, int x, int y, NeedleGrid.Cell cell, String name) {
    int middle = x + CELL_WIDTH / 2;
    if (cell.asked() == 0) {
      svg.tag(
          "<rect class='beyond' x='%d' y='%d' width='%d' height='%d'><title>%s: does not"
              + " fit</title></rect>",
          x + 3, y + 3, CELL_WIDTH - 6, CELL - 6, name);
      svg.tag("<text class='none' x='%d' y='%d'>-</text>", middle, y + 17);
      return;
    }
    svg.tag(
        "<rect class='cell' x='%d' y='%d' width='%d' height='%d' fill='%s'><title>%s:"
            + " %s</title></rect>",
        x, y, CELL_WIDTH, CELL, ShareColour.of(cell.share()), name, cell.text());
    svg.tag("<text class='number' x='%d' y='%d'>%s</text>", middle, y + 17, cell.text());
  }

  private static void legend(Svg svg, int top) {
    svg.tag("<text class='row sub' x='%d' y='%d'>0 %%</text>", LEFT - 10, top + 17);
    for (int i = 0; i < LEGEND_CELLS; i++) {
      svg.tag(
          "<rect class='scale' x='%d' y='%d' width='%d' height='16' fill='%s'/>",
          LEFT + LEGEND_WIDTH * i, top + 4, LEGEND_WIDTH, ShareColour.of(i / (LEGEND_CELLS - 1.0)));
    }
    int end = LEFT + LEGEND_WIDTH * LEGEND_CELLS;
    svg.tag("<text class='sub' x='%d' y='%d'>100 %% found</text>", end + 10, top + 17);
    svg.tag("<rect class='beyond' x='%d' y='%d' width='30' height='16'/>", end + 110, top + 4);
    svg.tag("<text class='sub' x='%d' y='%d'>does not fit</text>", end + 148, top + 17);
    svg.tag(
        "<text class='sub' x='%d' y='%d'>from left to right: tokens of the context</text>",
        LEFT, top + 42);
  }
}
