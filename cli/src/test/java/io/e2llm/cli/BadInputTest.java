package io.e2llm.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.e2llm.engine.TinyModels;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What cannot work with models, sources and limits is told in one line. */
class BadInputTest {
  private final Path folder;
  private final CommandLines lines;

  BadInputTest(@TempDir Path folder) {
    this.folder = folder;
    lines = new CommandLines(folder.resolve("home"));
  }

  @BeforeEach
  void writeText() throws IOException {
    Files.writeString(folder.resolve("a.txt"), "The cat sat on the mat. ".repeat(400));
  }

  private String at(String name) {
    return folder.resolve(name).toString();
  }

  /** One line, and nothing where an answer would be. */
  private static String told(CommandLines.Result result, int status) {
    assertEquals(status, result.status(), result.err());
    assertEquals("", result.out());
    assertEquals(
        1, result.err().lines().filter(line -> line.startsWith("e2llm: ")).count(), result.err());
    return result.err().lines().reduce((first, last) -> last).orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(strings = {"encoder", "decoder"})
  void tierWithoutItsModel_isTold(String tier) {
    CommandLines.Result result =
        lines.run(tier, "--listen=127.0.0.1:0", "--metrics=off", "--model", at("none"));

    String line = told(result, 1);
    assertTrue(line.startsWith("e2llm: no model " + at("none") + ": neither"), line);
  }

  @Test
  void cutOffModelFile_isTold() throws IOException {
    Files.write(folder.resolve("cut.gguf"), "GGUF\3\0\0\0".getBytes(StandardCharsets.US_ASCII));

    String line =
        told(
            lines.run(
                "decoder", "--listen=127.0.0.1:0", "--metrics=off", "--model", at("cut.gguf")),
            1);

    assertTrue(line.contains("cut.gguf"), line);
  }

  @Test
  void folderWithoutAModel_isTold() throws IOException {
    Files.createDirectories(folder.resolve("empty"));

    String line = told(lines.run("ask", "--decoder", at("empty"), at("a.txt"), "Where?"), 1);

    assertTrue(line.startsWith("e2llm: "), line);
  }

  @Test
  void noSourceForTheModel_isTold() throws IOException {
    catalogue(at("nowhere"), "0".repeat(64));

    String line = told(lines.run("ask", at("a.txt"), "Where?"), 1);

    assertEquals(
        "e2llm: model mine: no source gave it: folder:%s has no a.bin".formatted(at("nowhere")),
        line);
  }

  @Test
  void wrongDigest_isTold() throws IOException {
    Files.createDirectories(folder.resolve("from"));
    Files.writeString(folder.resolve("from/a.bin"), "weights");
    catalogue(at("from"), "0".repeat(64));

    String line = told(lines.run("ask", at("a.txt"), "Where?"), 1);

    assertTrue(line.endsWith("gave the wrong digest for a.bin, which was deleted"), line);
  }

  @Test
  void missingCatalogue_isTold() {
    String line = told(lines.run("ask", "--catalogue", at("no.json"), at("a.txt"), "Where?"), 1);

    assertEquals("e2llm: catalogue %s: no such file".formatted(at("no.json")), line);
  }

  @Test
  void homeThatCannotBeWritten_isTold() throws IOException {
    Files.writeString(folder.resolve("home"), "a file");

    String line = told(lines.run("ask", at("a.txt"), "Where?"), 1);

    assertTrue(line.contains("cannot write to " + at("home")), line);
  }

  @Test
  void hubAddressThatIsNone_isTold() {
    lines.with("HF_ENDPOINT", "not an address");

    assertEquals(
        "e2llm: HF_ENDPOINT is not an address: not an address",
        told(lines.run("ask", at("a.txt"), "Where?"), 1));
  }

  @Test
  void contextThatDoesNotFitAsText_isTold() {
    TinyModels.writeEncoder(folder.resolve("encoder"));
    TinyModels.writeDecoder(folder.resolve("decoder"));

    String line =
        told(
            lines.run(
                "ask",
                "--mode=text",
                "--encoder",
                at("encoder"),
                "--decoder",
                at("decoder"),
                at("a.txt"),
                "Where?"),
            1);

    assertTrue(line.matches("e2llm: the context as text takes .* tokens where .* are left"), line);
  }

  @Test
  void contextOverTheLimit_isTold() throws Exception {
    try (CommandLines.Running gateway =
        lines.start(
            "gateway",
            "--listen=127.0.0.1:0",
            "--metrics=off",
            "--set=limits.max-context-code-points=1000")) {
      Matcher at = Pattern.compile("listens on (127.0.0.1:\\d+)").matcher(gateway.await("ready"));
      assertTrue(at.find());

      String line = told(lines.run("ask", "--gateway", at.group(1), at("a.txt"), "Where?"), 1);

      assertEquals("e2llm: the context has more than 1000 code points", line);
    }
  }

  @Test
  void missingConfigurationFile_isWrongUse() {
    String line = told(lines.run("gateway", "--config", at("no.yaml")), 2);

    assertEquals("e2llm: the configuration file %s cannot be read".formatted(at("no.yaml")), line);
  }

  /** A catalogue whose default encoder is one file from a folder. */
  private void catalogue(String from, String digest) throws IOException {
    Files.writeString(
        folder.resolve("own.json"),
        """
        {"version": 1, "models": [{"name": "mine", "kind": "encoder", "licence": "MIT",
         "default": true, "sources": ["folder:%s"],
         "files": [{"path": "a.bin", "bytes": 7, "sha256": "%s"}]}]}
        """
            .formatted(from, digest));
    lines.with("E2LLM_CATALOGUE", at("own.json"));
  }
}
