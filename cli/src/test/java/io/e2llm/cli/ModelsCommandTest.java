package io.e2llm.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelsCommandTest {
  private final Path folder;

  ModelsCommandTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @BeforeEach
  void writeModelAndCatalogue() throws Exception {
    byte[] content = "weights".getBytes(StandardCharsets.UTF_8);
    Files.createDirectories(folder.resolve("from"));
    Files.write(folder.resolve("from/a.gguf"), content);
    String digest = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    Files.writeString(
        folder.resolve("own.json"),
        """
        {"version": 1, "models": [{"name": "mine", "kind": "decoder", "licence": "MIT",
         "window": 64, "width": 8, "load": "a.gguf", "sources": ["folder:%s"],
         "files": [{"path": "a.gguf", "bytes": 7, "sha256": "%s"}]}]}
        """
            .formatted(folder.resolve("from"), digest));
  }

  private CommandLines.Result models(String... args) {
    String[] all = new String[args.length + 1];
    all[0] = "models";
    System.arraycopy(args, 0, all, 1, args.length);
    return new CommandLines(folder.resolve("home"))
        .with("E2LLM_CATALOGUE", folder.resolve("own.json").toString())
        .run(all);
  }

  private Path installed() {
    return folder.resolve("home/models/mine/a.gguf");
  }

  @Test
  void list_showsWhatIsHere() {
    assertTrue(models("list").out().contains("mine                     decoder  7 B"));
    assertFalse(models("list", "--json").out().contains("\"installed\":true"));

    assertEquals(0, models("pull", "mine").status());

    assertTrue(models("list", "--json").out().contains("\"installed\":true"));
  }

  @Test
  void pull_tellsPathAndProgress() {
    CommandLines.Result result = models("pull", "mine");

    assertEquals("mine  " + installed(), result.out().strip());
    assertTrue(result.err().contains("fetching mine (7 B) from folder:"), result.err());
    assertTrue(result.err().contains("fetched mine (7 B, MIT)"), result.err());
    assertEquals("", models("pull", "mine").err());
  }

  @Test
  void pull_ofWrongContent_fails() throws IOException {
    Files.writeString(folder.resolve("from/a.gguf"), "wEights");

    CommandLines.Result result = models("pull", "mine");

    assertEquals(1, result.status());
    assertTrue(result.err().contains("gave the wrong digest for a.gguf, which was deleted"));
    assertFalse(Files.exists(installed()));
  }

  @Test
  void verify_findsChangedFile() throws IOException {
    models("pull", "mine");
    assertEquals("mine: ok", models("verify").out().strip());
    Files.writeString(installed(), "wEights");

    CommandLines.Result result = models("verify", "--json");

    assertEquals("{\"mine\":[\"a.gguf has the wrong digest\"]}", result.out().strip());
    assertEquals(1, result.status());
  }

  @Test
  void unknownModel_isTold() {
    CommandLines.Result result = models("pull", "nope");

    assertEquals(1, result.status());
    assertTrue(result.err().startsWith("e2llm: no model nope in the catalogue, which has mine"));
  }

  @Test
  void brokenCatalogue_isTold() throws IOException {
    Files.writeString(folder.resolve("own.json"), "{}");

    CommandLines.Result result = models("list");

    assertEquals(1, result.status());
    assertTrue(result.err().strip().endsWith("own.json: version is not 1"), result.err());
  }
}
