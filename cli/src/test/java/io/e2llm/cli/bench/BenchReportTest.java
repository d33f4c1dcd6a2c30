package io.e2llm.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.e2llm.cli.picture.Svg;
import io.e2llm.cli.terminal.Json;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class BenchReportTest {
  private static final Workload WORKLOAD = new Workload(100, 10, 3, 1, 3, 0, 2, 0, 5);

  private static Finished answered(int index, long firstMillis, long gapMillis) {
    long first = firstMillis * 1_000_000;
    long gap = gapMillis * 1_000_000;
    long[] events = {first, first + gap, first + 2 * gap};
    PlannedRequest request = new PlannedRequest(index, index, "c", "q?", 100, 10, 3, false);
    return new Finished(
        request,
        new Outcome.Answered(
            0, new TokenTimes(events, 3), events[2], Map.of("prompt_tokens", 120)));
  }

  private static Finished failed(int index) {
    PlannedRequest request = new PlannedRequest(index, index, "c", "q?", 100, 10, 3, false);
    return new Finished(request, new Outcome.Failed("HTTP 503", "<busy> & 'late'"));
  }

  private static BenchResult result() {
    ProcessMemory memory = new ProcessMemory("decoder", 500_000_000, -1);
    return new BenchResult(
        "http://x/<&'>",
        WORKLOAD,
        "seeded word model",
        true,
        List.of(
            new Repetition(
                List.of(answered(0, 100, 10), answered(1, 200, 20), failed(2)),
                List.of(),
                List.of(memory)),
            new Repetition(List.of(answered(0, 300, 30)), List.of(failed(9)), List.of(memory))));
  }

  @Test
  void json_hasItsFields() throws Exception {
    JsonNode json = new ObjectMapper().readTree(Json.of(BenchJson.of(result())));

    assertEquals("e2llm-bench/1", json.path("format").asText());
    assertEquals(100, json.at("/workload/context_tokens").asInt());
    assertTrue(json.at("/workload/tokens_estimated").asBoolean());
    for (Metric metric : Metric.values()) {
      for (String name : List.of("min", "median", "max")) {
        assertTrue(json.path("summary").path(metric.key()).has(name), metric.key() + name);
      }
    }
    assertEquals(150, json.at("/summary/ttft_p50_ms/min").asDouble());
    assertEquals(300, json.at("/summary/ttft_p50_ms/max").asDouble());
    assertEquals(3, json.path("answered").asInt());
    assertEquals(1, json.at("/failures/HTTP 503").asInt());
    assertEquals(1, json.at("/failures/warm-up: HTTP 503").asInt());
    assertEquals("decoder", json.at("/repetitions/0/memory/0/process").asText());
    assertTrue(json.at("/repetitions/0/memory/0/peak_bytes").isNull());
    assertEquals(100, json.at("/repetitions/0/requests/0/ttft_ms").asDouble());
    assertEquals(10, json.at("/repetitions/0/requests/0/tpot_ms").asDouble());
    assertEquals(120, json.at("/repetitions/0/requests/0/usage/prompt_tokens").asInt());
    assertEquals("HTTP 503", json.at("/repetitions/0/requests/2/failed").asText());
    assertTrue(json.at("/summary/decode_tokens_per_s/median").isDouble());
  }

  @Test
  void table_isAlignedAndTellsFailures() {
    List<String> lines = BenchTable.lines(result());

    List<String> rows = lines.stream().filter(line -> line.contains("first token, p")).toList();
    assertEquals(2, rows.size());
    assertEquals(rows.get(0).length(), rows.get(1).length());
    assertTrue(lines.contains("answered 3, failed 2"), String.join("\n", lines));
    assertTrue(lines.contains("  1 x HTTP 503: <busy> & 'late'"), String.join("\n", lines));
    assertTrue(lines.contains("  1 x warm-up: HTTP 503: <busy> & 'late'"));
    assertTrue(lines.stream().anyMatch(line -> line.startsWith("decoder, resident")));
    assertTrue(lines.get(2).contains("estimated"), lines.get(2));
  }

  @Test
  void plot_isWellFormedAndHasARowForEachRepetition() throws Exception {
    String svg = BenchPlot.of(result());

    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    Document document = factory.newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
    assertEquals("svg", document.getDocumentElement().getTagName());
    List<String> rows = new ArrayList<>();
    var texts = document.getElementsByTagName("text");
    for (int i = 0; i < texts.getLength(); i++) {
      rows.add(texts.item(i).getTextContent());
    }
    assertEquals(2, rows.stream().filter("run 2"::equals).count());
    // 2 + 1 first tokens; 4 + 2 gaps.
    assertEquals(9, document.getElementsByTagName("circle").getLength());
    assertTrue(svg.contains("prefers-color-scheme: dark"));
  }

  @Test
  void plotWithoutAnswers_isWellFormed() throws Exception {
    BenchResult nothing =
        new BenchResult(
            "x",
            WORKLOAD,
            "t",
            false,
            List.of(new Repetition(List.of(failed(0)), List.of(), List.of())));

    String svg = BenchPlot.of(nothing);

    DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(svg)));
    assertTrue(svg.contains("no values"));
    assertFalse(svg.contains("NaN"), svg);
  }

  @Test
  void steps_areRound() {
    assertEquals(200, Svg.step(1500), 1e-9);
    assertEquals(0.1, Svg.step(1), 1e-9);
    assertEquals(10, Svg.step(83), 1e-9);
  }

  @Test
  void memory_isReadFromStatus(@TempDir Path folder) throws Exception {
    Path status =
        Files.writeString(
            folder.resolve("status"), "Name:\tx\nVmHWM:\t  2048 kB\nVmRSS:\t1024 kB\n");

    assertEquals(new ProcessMemory("x", 1 << 20, 2 << 20), ProcessMemory.of("x", status));
    assertEquals(new ProcessMemory("x", -1, -1), ProcessMemory.of("x", folder.resolve("ended")));
  }

  @Test
  void watchedProcess_hasLabelAndNumber() {
    assertEquals(new WatchedProcess("decoder", 12), WatchedProcess.parse("decoder=12"));
    assertEquals(new WatchedProcess("pid 12", 12), WatchedProcess.parse("12"));
  }
}
