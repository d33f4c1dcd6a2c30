package io.e2llm.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.e2llm.engine.TinyModels;
import io.e2llm.engine.bundle.AdapterBundles;
import io.e2llm.engine.files.ModelFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bundle that comes with the program. */
class StandardBundleTest {
  @TempDir static Path folder = Path.of("");

  private final CommandLines lines =
      new CommandLines(folder.resolve("home"))
          .with("E2LLM_STANDARD_BUNDLE", folder.resolve("bundle").toString());

  @BeforeAll
  static void writeModels() throws IOException {
    TinyModels.writeEncoder(folder.resolve("encoder"));
    TinyModels.writeDecoder(folder.resolve("decoder"));
    try (ModelFiles encoder = ModelFiles.open(folder.resolve("encoder"));
        ModelFiles decoder = ModelFiles.open(folder.resolve("decoder"))) {
      AdapterBundles.writeUntrained(
          folder.resolve("bundle"), AdapterBundles.untrained(encoder, decoder), 1);
    }
    TinyModels.writeDecoder(folder.resolve("other"));
    Path config = folder.resolve("other/config.json");
    Files.writeString(config, Files.readString(config) + "\n"); // another digest
    Files.writeString(folder.resolve("report.md"), "The cat sat on the mat. ".repeat(20));
  }

  private CommandLines.Result ask(String mode, String decoder, String... options) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "ask",
                "--encoder=" + folder.resolve("encoder"),
                "--decoder=" + folder.resolve(decoder),
                "--mode=" + mode,
                "--max-tokens=4"));
    arguments.addAll(List.of(options));
    arguments.addAll(List.of(folder.resolve("report.md").toString(), "Who sat?"));
    return lines.run(arguments.toArray(String[]::new));
  }

  @Test
  void modelsItWasMadeFor_getIt() {
    CommandLines.Result asked = ask("soft", "decoder");
    assertEquals(0, asked.status(), asked::err);
    assertTrue(asked.err().contains("is not trained"), asked::err);
  }

  @Test
  void none_meansNone() {
    CommandLines.Result asked = ask("soft", "decoder", "--bundle=none");
    assertEquals(1, asked.status());
    assertTrue(asked.err().contains("need an adapter bundle"), asked::err);
  }

  @Test
  void otherModel_doesWithoutIt() {
    CommandLines.Result asked = ask("soft", "other");
    assertEquals(1, asked.status());
    assertTrue(asked.err().contains("hold different adapter bundles"), asked::err);
    assertEquals(0, ask("retrieval", "other").status());
  }

  @Test
  void bundleThatIsNamed_mustFit() {
    CommandLines.Result asked = ask("soft", "other", "--bundle=" + folder.resolve("bundle"));
    assertEquals(1, asked.status());
    assertTrue(asked.err().contains("made for another decoder"), asked::err);
  }

  @Test
  void evaluation_asksWithIt() throws IOException {
    Path asked = folder.resolve("asked.jsonl");
    Files.writeString(
        asked,
        """
        {"context": "The cat sat on the mat.", "prompt": "Who sat?", "answer": "The cat"}
        {"context": "The dog ran.", "prompt": "Who ran?", "answer": "The dog"}
        """);
    CommandLines.Result evaluated =
        lines.run(
            "eval",
            "--encoder=" + folder.resolve("encoder"),
            "--decoder=" + folder.resolve("decoder"),
            asked.toString());
    assertEquals(0, evaluated.status(), evaluated::err);
    assertTrue(evaluated.out().contains("| soft-other | 2 |"), evaluated::out);
  }
}
