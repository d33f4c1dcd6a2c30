package io.e2llm.cli.needle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.e2llm.cli.eval.Arm;
import io.e2llm.cli.eval.Reply;
import io.e2llm.gateway.v1.End;
import io.e2llm.gateway.v1.Usage;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/**
 * The grid's picture and table. At 1k half of the needles are found, at 2k all, 4k does not fit.
 */
final class NeedlePlotTest {
  private static final NeedlePlan PLAN =
      new NeedlePlan(List.of(4000, 1000, 2000), NeedlePlan.depths(3), 2, 1, 32);
  private static final NeedleGrid GRID = new NeedleGrid(Arm.HYBRID, PLAN, sought());

  private static List<Sought> sought() {
    List<Sought> sought = new ArrayList<>();
    for (int length : PLAN.lengths()) {
      for (double depth : PLAN.depths()) {
        for (int seed = 0; seed < 2; seed++) {
          Needle needle = new Needle(seed, "Oslo", "1234" + seed);
          String answer = length == 2000 || seed == 0 ? "It is 1234" + seed : "nobody knows";
          End end = End.newBuilder().setUsage(Usage.newBuilder().setSoftTokens(70)).build();
          sought.add(
              new Sought(
                  Arm.HYBRID,
                  length,
                  depth,
                  needle,
                  new Haystack.Context("x", length, depth),
                  length == 4000 ? Optional.empty() : Optional.of(new Reply(answer, 0, end))));
        }
      }
    }
    sought.addAll(sought.stream().map(NeedlePlotTest::byText).toList());
    return sought;
  }

  /** The same of another arm, which is not to count. */
  private static Sought byText(Sought one) {
    return new Sought(
        Arm.TEXT, one.length(), one.depth(), one.needle(), one.context(), Optional.empty());
  }

  private static List<String> texts(Document document, String style) {
    NodeList elements = document.getElementsByTagName("text");
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < elements.getLength(); i++) {
      if (((Element) elements.item(i)).getAttribute("class").equals(style)) {
        texts.add(elements.item(i).getTextContent());
      }
    }
    return texts;
  }

  private static Document parse(String svg) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(svg)));
  }

  @Test
  void picture_isWellFormedAndHasEveryCell() throws Exception {
    Document document = parse(NeedlePlot.of(List.of(GRID), "a & <b>'s"));

    assertEquals(List.of("a & <b>'s"), texts(document, "sub").subList(0, 1));
    assertEquals(List.of("1k", "2k", "4k"), texts(document, "tick"));
    assertEquals(List.of("0 %", "50 %", "100 %"), texts(document, "row sub").subList(0, 3));
    assertEquals(List.of("1/2", "1/2", "1/2", "2/2", "2/2", "2/2"), texts(document, "number"));
    assertEquals(List.of("-", "-", "-"), texts(document, "none"));
    assertEquals(List.of("50 %", "100 %", "-"), texts(document, "whole"));
    NodeList rects = document.getElementsByTagName("rect");
    List<String> cells = new ArrayList<>();
    for (int i = 0; i < rects.getLength(); i++) {
      Element rect = (Element) rects.item(i);
      if (rect.getAttribute("class").equals("cell")) {
        cells.add(rect.getAttribute("fill") + " " + rect.getTextContent());
      }
    }
    assertEquals(ShareColour.of(0.5) + " 1k tokens, depth 0 %: 1/2", cells.getFirst());
    assertEquals(ShareColour.of(1) + " 2k tokens, depth 100 %: 2/2", cells.getLast());
  }

  @Test
  void severalModes_haveAPanelEach() throws Exception {
    NeedleGrid text = new NeedleGrid(Arm.TEXT, PLAN, sought());
    Document document = parse(NeedlePlot.of(List.of(GRID, text), "m"));
    assertEquals(
        List.of("hybrid, needles in a cell: 2", "text, needles in a cell: 2"),
        texts(document, "title"));
    assertEquals(3 + 9, texts(document, "none").size());
  }

  @Test
  void colours_goFromOrangeToBlue() {
    assertEquals("#f27b4b", ShareColour.of(0));
    assertEquals("#fae99a", ShareColour.of(0.5));
    assertEquals("#6fa8e0", ShareColour.of(1));
    assertEquals("#f27b4b", ShareColour.of(-1));
  }

  @Test
  void table_tellsWhatDoesNotFit() {
    List<String> lines = NeedleTable.of(GRID);
    assertTrue(lines.contains("| depth | 1k | 2k | 4k |"), lines::toString);
    assertTrue(lines.contains("| 50 % | 1/2 | 2/2 | - |"), lines::toString);
    assertTrue(lines.contains("| all | 3/6 | 6/6 | - |"), lines::toString);
    assertTrue(lines.contains("| share | 50 % | 100 % | - |"), lines::toString);
    assertTrue(lines.contains("| soft tokens | 70 | 70 | - |"), lines::toString);
    assertEquals("- hybrid: contexts of 4k do not fit the window", lines.getLast());
  }

  @Test
  void depths_areAtEqualDistances() {
    assertEquals(List.of(0.0, 0.25, 0.5, 0.75, 1.0), NeedlePlan.depths(5));
    assertEquals(List.of(0.5), NeedlePlan.depths(1));
  }
}
