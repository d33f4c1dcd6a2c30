package io.e2llm.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.e2llm.engine.TinyModels;
import io.e2llm.engine.bundle.AdapterBundle;
import io.e2llm.engine.bundle.BundleSpec;
import io.e2llm.engine.lora.LoraSpec;
import io.e2llm.engine.weights.SafetensorsWriter;
import io.e2llm.engine.weights.WeightType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code e2llm train} on tiny models. */
class TrainCommandTest {
  @TempDir static Path folder = Path.of("");

  private final CommandLines lines = new CommandLines(folder.resolve("home"));

  @BeforeAll
  static void writeModels() throws IOException {
    TinyModels.writeEncoder(folder.resolve("encoder"));
    TinyModels.writeDecoder(folder.resolve("decoder"));
    Files.writeString(
        folder.resolve("asked.jsonl"),
        line("The cat sat on the mat. ", "Who sat?", "The cat")
            + line("The dog ran to the barn. ", "Who ran?", "The dog"));
  }

  private static String line(String sentence, String prompt, String answer) {
    return """
    {"context": "%s", "prompt": "%s", "answer": "%s"}
    """
        .formatted(sentence.repeat(30), prompt, answer);
  }

  private CommandLines.Result train(String run, String... settings) {
    String asked = folder.resolve("asked.jsonl").toString();
    List<String> arguments = new ArrayList<>(List.of("train", folder.resolve(run).toString()));
    List<String> all =
        new ArrayList<>(
            List.of(
                "encoder=" + folder.resolve("encoder"),
                "decoder=" + folder.resolve("decoder"),
                "texts=" + asked,
                "questions=" + asked,
                "evaluate=" + asked,
                "soft.token-inner-width=8",
                "soft.adapter-inner-width=8",
                "lora.rank=2",
                "encoder-lora.rank=2",
                "steps.distillation=0.5",
                "steps.count=2",
                "steps.align=3",
                "steps.rows=300",
                "steps.evaluated=2"));
    all.addAll(List.of(settings));
    all.forEach(
        setting -> {
          arguments.add("--set");
          arguments.add(setting);
        });
    return lines.run(arguments.toArray(String[]::new));
  }

  @Test
  void trainedBundle_isWrittenAndLogged() throws IOException {
    CommandLines.Result trained = train("run");
    assertEquals(0, trained.status(), trained::err);
    assertTrue(trained.err().contains("tokens aligned; "), trained::err);
    assertTrue(trained.err().contains("step 2: rewriting "), trained::err);
    List<String> log = Files.readAllLines(folder.resolve("run/log.jsonl"));
    assertEquals(3, log.size());
    assertTrue(log.get(2).startsWith("{\"evaluated\":2,"), () -> log.get(2));
    assertTrue(Files.readString(folder.resolve("run/loss.svg")).contains(">rewriting</text>"));
    Path bundle = folder.resolve("run/best");
    BundleSpec spec = AdapterBundle.open(bundle).spec();
    assertTrue(spec.trained());
    assertEquals(7, spec.lora().decoder().orElseThrow().targets().size());
    assertEquals(2, spec.lora().encoder().orElseThrow().rank());
  }

  @Test
  void settingThatCannotBe_isTold() {
    assertFails("steps.precision \"fp64\": one of", train("a", "steps.precision=fp64"));
    assertFails("no such file", train("b", "texts=" + folder.resolve("none.jsonl")));
    assertFails(
        "nothing learns",
        train("c", "rates.pooling=0", "rates.adapter=0", "rates.lora=0", "rates.encoder-lora=0"));
    assertFails("ratios: [3] have no halves", train("d", "soft.ratios=3"));
    assertFails("ratio-shares: 2 for 1 ratios", train("e", "soft.ratio-shares=1,2"));
    assertFails("distillation: a share from 0 to 1", train("f", "steps.distillation=2"));
    assertFails("hybrid and reading need questions", train("h", "questions="));
    assertFails("exercises must not be negative", train("g", "mix.recall=-1"));
  }

  @ParameterizedTest
  @CsvSource({
    "halves,2,window-halves",
    "mean-window,3,window-mean",
    "words,2,window-mean-words",
    "concat,3,window-concat",
    "pma,4,pma",
    "pma-window,4,pma-window",
    "mean,128,mean",
    "cls,128,cls"
  })
  void pooling_isTheOneAskedFor(String pooling, String ratio, String label) {
    CommandLines.Result trained =
        train(
            pooling,
            "soft.pooling=" + pooling,
            "soft.ratios=" + ratio,
            "soft.heads=2",
            "steps.count=1",
            "steps.align=2");
    assertEquals(0, trained.status(), trained::err);
    BundleSpec spec = AdapterBundle.open(folder.resolve(pooling).resolve("last")).spec();
    assertEquals(label, spec.pooling().label());
  }

  private static void assertFails(String why, CommandLines.Result result) {
    assertTrue(result.status() != 0, result::err);
    assertTrue(result.err().contains(why), result::err);
  }

  @Test
  void loraOfPeft_isBroughtIntoABundle() throws IOException {
    assertEquals(0, train("before", "steps.count=1").status());
    Path peft = Files.createDirectories(folder.resolve("peft"));
    Files.writeString(
        peft.resolve("adapter_config.json"),
        "{\"peft_type\": \"LORA\", \"r\": 3, \"lora_alpha\": 6, \"bias\": \"none\"}");
    String layer = "base_model.model.model.layers.1.self_attn.q_proj.lora_";
    SafetensorsWriter.write(
        peft.resolve("adapter_model.safetensors"),
        Map.of(
            layer + "A.weight", List.of(3L, (long) TinyModels.HIDDEN),
            layer + "B.weight", List.of((long) TinyModels.HIDDEN, 3L)),
        WeightType.F32,
        name -> () -> 0.25);
    String before = folder.resolve("before/last").toString();
    String after = folder.resolve("after").toString();
    CommandLines.Result made = lines.run("bundle", "lora", "--decoder=" + peft, before, after);
    assertEquals(0, made.status(), made::err);
    BundleSpec spec = AdapterBundle.open(Path.of(after)).spec();
    assertEquals(
        new LoraSpec(3, 6, List.of("self_attn.q_proj")), spec.lora().decoder().orElseThrow());
    assertEquals(2, spec.lora().encoder().orElseThrow().rank()); // as it was
    CommandLines.Result shown = lines.run("bundle", "show", after);
    assertTrue(shown.out().contains("rank 3, alpha 6, on self_attn.q_proj"), shown::out);
    assertTrue(
        made.out()
            .strip()
            .endsWith(shown.out().strip().substring(shown.out().strip().length() - 64)));
    CommandLines.Result evaluated =
        lines.run(
            "eval",
            "--encoder=" + folder.resolve("encoder"),
            "--decoder=" + folder.resolve("decoder"),
            "--bundle=" + after,
            "--modes=soft",
            folder.resolve("asked.jsonl").toString());
    assertEquals(0, evaluated.status(), evaluated::err);
    assertFails("exists already", lines.run("bundle", "lora", "--decoder=" + peft, before, after));
    assertFails(
        "--decoder or --encoder is wanted", lines.run("bundle", "lora", before, after + "2"));
    assertFails("no such bundle folder", lines.run("bundle", "show", after + "2"));
  }
}
