package io.e2llm.cli.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.e2llm.engine.StrictJson;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class LossPlotTest {
  private static Document drawn(String... lines) throws Exception {
    List<JsonNode> nodes = new ArrayList<>();
    for (String line : lines) {
      nodes.add(StrictJson.MAPPER.readTree(line));
    }
    byte[] svg = LossPlot.of(nodes).getBytes(StandardCharsets.UTF_8);
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(svg));
  }

  private static List<Element> elements(Document svg, String tag) {
    NodeList nodes = svg.getElementsByTagName(tag);
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < nodes.getLength(); i++) {
      elements.add((Element) nodes.item(i));
    }
    return elements;
  }

  @Test
  void evaluations_standWhereTheirNatsAre() throws Exception {
    Document svg =
        drawn(
            "{'step':1,'nats':{'recall':4}}".replace('\'', '"'),
            "{'evaluated':10,'nats':{'recall':3},'control':{'recall':4}}".replace('\'', '"'),
            "{'evaluated':20,'nats':{'recall':1},'control':{'recall':4}}".replace('\'', '"'));
    List<Element> points = elements(svg, "circle");
    assertEquals(2, points.size());
    double first = Double.parseDouble(points.get(0).getAttribute("cy"));
    double second = Double.parseDouble(points.get(1).getAttribute("cy"));
    List<Element> zeroAndUp = elements(svg, "line");
    double zero = Double.parseDouble(zeroAndUp.getFirst().getAttribute("y1"));
    assertEquals(3, (zero - first) / (zero - second), 0.02);
    assertEquals(
        List.of("learned", "control", "own"),
        elements(svg, "path").stream().map(path -> path.getAttribute("class")).toList());
  }

  @Test
  void kindThatWasNotDrawn_isNoEntry() throws Exception {
    Document svg = drawn("{\"step\":1,\"nats\":{\"recall\":4}}");
    List<String> words = elements(svg, "text").stream().map(Element::getTextContent).toList();
    assertTrue(words.contains("recall"));
    assertFalse(words.contains("hybrid"));
  }

  @Test
  void emptyLog_isAPictureToo() throws Exception {
    assertTrue(elements(drawn(), "path").isEmpty());
  }
}
