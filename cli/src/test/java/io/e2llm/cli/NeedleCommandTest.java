package io.e2llm.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.e2llm.engine.TinyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code e2llm needle}: at a gateway that sees the beginning of each context, and on tiny models.
 */
class NeedleCommandTest {
  @TempDir static Path folder = Path.of("");

  private final CommandLines lines = new CommandLines(folder.resolve("home"));

  @BeforeAll
  static void write() throws IOException {
    TinyModels.writeEncoder(folder.resolve("encoder"));
    TinyModels.writeDecoder(folder.resolve("decoder"));
    Files.writeString(
        folder.resolve("hay.json"),
        "{\"essays\": [\"%s\"]}".formatted("Nobody knows what comes next. ".repeat(300)));
  }

  private CommandLines.Result needle(String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("needle", "--haystack=" + folder.resolve("hay.json")));
    arguments.addAll(List.of(more));
    return lines.run(arguments.toArray(String[]::new));
  }

  private CommandLines.Result local(String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--encoder=" + folder.resolve("encoder"),
                "--decoder=" + folder.resolve("decoder")));
    arguments.addAll(List.of(more));
    return needle(arguments.toArray(String[]::new));
  }

  @Test
  void needlesInThePartThatIsSeen_areFoundAndNoOthers() throws IOException {
    Path plot = folder.resolve("plot.svg");
    Path data = folder.resolve("data.json");
    Path tables = folder.resolve("tables.md");
    try (ShortSightedGateway gateway = new ShortSightedGateway("decoder", 0.6)) {
      CommandLines.Result result =
          needle(
              "--gateway=" + gateway.address(),
              "--decoder-model=" + folder.resolve("decoder"),
              "--lengths=2k,1k",
              "--depths=5",
              "--seeds=2",
              "--modes=retrieval",
              "--plot=" + plot,
              "--json=" + data,
              "--markdown=" + tables);
      assertEquals(0, result.status(), result::err);
      assertTrue(result.err().contains("retrieval 1k: "), result::err);
      for (String row :
          List.of("| 0 % | 2/2 | 2/2 |", "| 25 % | 2/2 | 2/2 |", "| 75 % | 0/2 | 0/2 |")) {
        assertTrue(result.out().contains(row), result::out);
      }
      assertEquals(result.out().strip(), Files.readString(tables).strip());
      assertEquals(20, gateway.asked());
    }
    JsonNode json = new ObjectMapper().readTree(Files.readString(data));
    assertEquals("e2llm-needle/1", json.path("format").asText());
    assertEquals("hay.json", json.path("haystack").asText());
    assertEquals(20, json.path("needles").size());
    int found = 0;
    for (JsonNode one : json.path("needles")) {
      assertEquals(one.path("placed").asDouble() < 0.6, one.path("found").asBoolean(), "" + one);
      assertTrue(one.path("context_tokens").asInt() <= one.path("length").asInt());
      assertEquals(one.path("depth").asDouble(), one.path("placed").asDouble(), 0.08);
      found += one.path("found").asBoolean() ? 1 : 0;
    }
    assertEquals(found, json.at("/found/0/found").asInt() + json.at("/found/1/found").asInt());
    assertEquals(1000, json.at("/found/0/length").asInt());
    assertEquals(10, json.at("/found/0/asked").asInt());
    assertTrue(Files.readString(plot).contains("1k tokens, depth 75 %: 0/2"));
  }

  @Test
  void lengthBeyondTheWindow_isToldNotCounted() throws IOException {
    CommandLines.Result result =
        local("--lengths=500,4k", "--depths=2", "--seeds=1", "--modes=text,none", "--json=-");
    assertEquals(0, result.status(), result::err);
    assertTrue(result.err().contains("text 4k: does not fit the window"), result::err);
    JsonNode json = new ObjectMapper().readTree(result.out());
    assertEquals(2, json.at("/found/0/asked").asInt());
    assertEquals(0, json.at("/found/1/asked").asInt());
    assertEquals(2, json.at("/found/3/asked").asInt(), "without context everything fits");
    assertTrue(json.at("/needles/0/answer").isTextual());
  }

  @Test
  void shortHaystack_isTold() {
    CommandLines.Result result =
        local("--lengths=10k", "--depths=1", "--seeds=1", "--modes=retrieval");
    assertEquals(0, result.status(), result::err);
    assertTrue(result.err().contains("hay.json has 8,999 tokens; longer"), result::err);
  }

  @Test
  void wrongUse_isToldBeforeAnythingIsAsked() {
    assertRefused("--lengths: 4x is no number", local("--lengths=4x"));
    assertRefused("--depths is not within", local("--depths=0"));
    assertRefused("--seeds is not within", local("--seeds=0"));
    assertRefused("--answer-tokens is not within", local("--answer-tokens=0"));
    assertRefused("there is no mode hard", local("--modes=hard"));
    assertRefused("brings another document", local("--modes=text-other"));
    assertRefused("hybrid wants an adapter bundle", local("--lengths=1k"));
    assertRefused("no file can be written", local("--plot=" + folder.resolve("no/x.svg")));
    assertRefused("--haystack", lines.run("needle"));
    CommandLines.Result missing = lines.run("needle", "--haystack=" + folder.resolve("none.txt"));
    assertEquals(1, missing.status());
    assertTrue(missing.err().contains("no such file"), missing::err);
  }

  @Test
  void gatewayWithAnotherDecoder_isRefused() throws IOException {
    try (ShortSightedGateway gateway = new ShortSightedGateway("other", 1)) {
      assertRefused(
          "the gateway's decoder is other",
          needle(
              "--gateway=" + gateway.address(),
              "--decoder-model=" + folder.resolve("decoder"),
              "--modes=retrieval"));
    }
  }

  private static void assertRefused(String why, CommandLines.Result result) {
    assertEquals(2, result.status(), result::err);
    assertTrue(result.err().contains(why), result::err);
    assertEquals("", result.out());
  }
}
