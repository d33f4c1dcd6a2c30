package io.e2llm.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.e2llm.engine.TinyModels;
import io.e2llm.engine.bundle.AdapterBundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code e2llm eval} on tiny models, with a bundle whose LoRA has learned something. */
class EvalCommandTest {
  @TempDir static Path folder = Path.of("");

  private final CommandLines lines = new CommandLines(folder.resolve("home"));

  @BeforeAll
  static void train() throws IOException {
    TinyModels.writeEncoder(folder.resolve("encoder"));
    TinyModels.writeDecoder(folder.resolve("decoder"));
    Files.writeString(
        folder.resolve("asked.jsonl"),
        line("The cat sat on the mat. ", 30, "Who sat?", "The cat")
            + line("The dog ran to the barn. ", 30, "Who ran?", "The dog"));
    Files.writeString(
        folder.resolve("long.jsonl"), line("The cow lay in the hay. ", 200, "Who?", "The cow"));
    String asked = folder.resolve("asked.jsonl").toString();
    List<String> arguments = new ArrayList<>(List.of("train", folder.resolve("run").toString()));
    for (String setting :
        List.of(
            "encoder=" + folder.resolve("encoder"),
            "decoder=" + folder.resolve("decoder"),
            "texts=" + asked,
            "questions=" + asked,
            "evaluate=" + asked,
            "soft.token-inner-width=8",
            "soft.adapter-inner-width=8",
            "lora.rank=2",
            "steps.count=2",
            "steps.align=3",
            "steps.rows=300",
            "rates.lora=0.05",
            "steps.warm-up=0",
            "steps.evaluated=2")) {
      arguments.addAll(List.of("--set", setting));
    }
    CommandLines.Result trained =
        new CommandLines(folder.resolve("home")).run(arguments.toArray(String[]::new));
    assertEquals(0, trained.status(), trained::err);
  }

  private static String line(String sentence, int times, String prompt, String answer) {
    return """
    {"context": "%s", "prompt": "%s", "answer": "%s"}
    """
        .formatted(sentence.repeat(times), prompt, answer);
  }

  private CommandLines.Result eval(String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "eval",
                "--encoder=" + folder.resolve("encoder"),
                "--decoder=" + folder.resolve("decoder"),
                "--precision=fp32"));
    arguments.addAll(List.of(more));
    return lines.run(arguments.toArray(String[]::new));
  }

  private static String bundle() {
    return "--bundle=" + folder.resolve("run/last");
  }

  private static String file(String name) {
    return folder.resolve(name).toString();
  }

  private static List<String> modes(JsonNode data) {
    return StreamSupport.stream(data.at("/sets/0/modes").spliterator(), false)
        .map(mode -> mode.path("mode").asText())
        .toList();
  }

  private static double nats(JsonNode data, int question, String mode) {
    JsonNode value = data.at("/sets/0/asked/" + question + "/modes/" + mode + "/nats");
    assertTrue(value.isNumber(), () -> mode + " in " + data);
    return value.asDouble();
  }

  @Test
  void untouchedDecoder_isTheOneWithoutBundle() throws IOException {
    CommandLines.Result with = eval(bundle(), "--json=-", file("asked.jsonl"));
    CommandLines.Result without = eval("--json=-", file("asked.jsonl"));
    assertEquals(0, with.status(), with::err);
    assertEquals(0, without.status(), without::err);
    JsonNode trained = new ObjectMapper().readTree(with.out());
    JsonNode plain = new ObjectMapper().readTree(without.out());

    assertEquals(List.of("none", "retrieval", "text", "text-other"), modes(plain));
    for (int question = 0; question < 2; question++) {
      for (String mode : List.of("none", "text", "text-other")) {
        double untouched = nats(trained, question, mode + "-untouched");
        assertEquals(nats(plain, question, mode), untouched, 2e-6, mode);
        assertNotEquals(nats(trained, question, mode), untouched, 1e-4, mode);
      }
      JsonNode asked = trained.at("/sets/0/asked/" + question + "/modes");
      assertEquals(
          asked.at("/retrieval/prompt_tokens").asInt(),
          asked.at("/retrieval-untouched/prompt_tokens").asInt());
    }
  }

  @Test
  void data_holdsModelsMeansDifferencesAndEveryQuestion() throws IOException {
    Path data = folder.resolve("data.json");
    Path tables = folder.resolve("tables.md");
    CommandLines.Result result =
        eval(
            bundle(),
            "--answer-tokens=4",
            "--documents=1",
            "--json=" + data,
            "--markdown=" + tables,
            file("asked.jsonl"));
    assertEquals(0, result.status(), result::err);
    assertEquals(result.out().strip(), Files.readString(tables).strip());
    JsonNode json = new ObjectMapper().readTree(Files.readString(data));

    assertEquals("e2llm-eval/1", json.at("/format").asText());
    assertEquals(
        AdapterBundle.open(folder.resolve("run/last")).digest(),
        json.at("/models/bundle_digest").asText());
    assertTrue(json.at("/models/bundle_lora").asBoolean());
    assertEquals("decoder", json.at("/models/decoder").asText());
    assertEquals(2048, json.at("/models/window").asInt());
    assertEquals(4, json.at("/settings/answer_tokens").asInt());
    assertEquals(1, json.at("/settings/documents").asInt());
    JsonNode set = json.at("/sets/0");
    assertEquals(1, set.at("/questions").asInt());
    assertEquals(11, set.path("modes").size());
    JsonNode soft = set.at("/modes/1");
    assertEquals("soft", soft.path("mode").asText());
    for (String key : List.of("nats", "f1", "contains", "rouge_1", "rouge_geometric_mean")) {
      assertTrue(soft.path(key).isNumber(), key);
    }
    JsonNode asked = set.at("/asked/0");
    assertEquals("Who sat?", asked.path("prompt").asText());
    assertEquals("The cat", asked.at("/right/0").asText());
    assertTrue(asked.at("/modes/soft/answer").isTextual());
    assertTrue(asked.at("/modes/soft/soft_tokens").asInt() > 0);
    assertEquals(0, asked.at("/modes/text/soft_tokens").asInt());
    assertNotEquals(
        asked.at("/modes/text-other/nats").asDouble(),
        asked.at("/modes/text/nats").asDouble(),
        1e-6,
        "the other document is the set's next, though it is not asked about");
    assertEquals(
        asked.at("/modes/soft/nats").asDouble() - asked.at("/modes/none/nats").asDouble(),
        set.at("/differences/0/nats/mean").asDouble(),
        3e-6);
  }

  @Test
  void table_hasARowForEachModeAndOnlyColumnsWithValues() {
    CommandLines.Result result = eval(bundle(), file("asked.jsonl"));
    assertEquals(0, result.status(), result::err);
    for (String mode :
        List.of("none", "soft", "soft-other", "hybrid", "retrieval", "text", "text-other")) {
      assertTrue(result.out().contains("| " + mode + " | 2 | "), result::out);
    }
    for (String mode : List.of("none", "retrieval", "text", "text-other")) {
      assertTrue(result.out().contains("| " + mode + "-untouched | 2 | "), result::out);
    }
    assertTrue(result.out().contains("- soft closes "), result::out);
    assertTrue(result.out().contains("| soft less soft-other | "), result::out);
    assertFalse(result.out().contains("F1"), result::out);
    assertFalse(result.out().contains("ROUGE"), result::out);
  }

  @Test
  void contextBeyondTheWindow_isToldAndNotScored() {
    CommandLines.Result result = eval("--modes=none,text,text-other", file("long.jsonl"));
    assertEquals(0, result.status(), result::err);
    assertFalse(result.out().contains("text-other"), "there is no other document");
    assertTrue(result.out().contains("| none | 1 | "), result::out);
    assertFalse(result.out().contains("| text | "), result::out);
    assertTrue(result.out().contains("- text: 1 of 1 questions left out"), result::out);
  }

  @Test
  void wrongUse_isToldBeforeAnythingIsAsked() throws IOException {
    assertRefused("--questions", eval("--questions=0", file("asked.jsonl")));
    assertRefused("--documents", eval("--documents=0", file("asked.jsonl")));
    assertRefused("--answer-tokens", eval("--answer-tokens=-1", file("asked.jsonl")));
    assertRefused(
        "no file can be written", eval("--json=" + folder.resolve("no/x"), file("asked.jsonl")));
    assertRefused("no file can be written", eval("--markdown=" + folder, file("asked.jsonl")));
    assertRefused("there is no mode hard", eval("--modes=soft,hard", file("asked.jsonl")));
    assertRefused("soft wants an adapter bundle", eval("--modes=soft", file("asked.jsonl")));
    assertRefused(
        "wants tiers of this process and a --bundle",
        eval("--modes=text-untouched", file("asked.jsonl")));
    assertRefused("goes with --gateway", eval("--decoder-model=x", file("asked.jsonl")));
    Path plain = Files.writeString(folder.resolve("plain.txt"), "No question.");
    CommandLines.Result none = eval(plain.toString());
    assertEquals(1, none.status());
    assertTrue(none.err().contains("no question in it"), none::err);
  }

  private static void assertRefused(String why, CommandLines.Result result) {
    assertEquals(2, result.status(), result::err);
    assertTrue(result.err().contains(why), result::err);
    assertEquals("", result.out());
  }
}
