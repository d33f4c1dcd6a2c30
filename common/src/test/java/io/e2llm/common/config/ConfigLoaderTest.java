package io.e2llm.common.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.e2llm.common.server.ListenSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConfigLoaderTest {
  enum Precision {
    FP32,
    BF_16
  }

  record Example(
      @Setting(doc = "Listening.", defaults = "port=7071") ListenSettings listen,
      @Setting(value = "64MiB", doc = "Cache.") DataSize cacheSize,
      @Setting(value = "250ms", doc = "Wait.") Duration maxWait,
      @Setting(value = "fp32", doc = "Precision.") Precision precision,
      @Setting(value = "0.5", doc = "Share.") double share,
      @Setting(doc = "Model.") Optional<Path> model,
      @Setting(value = "a,b", doc = "Names.") List<String> names) {
    Example {
      if (share > 1) {
        throw new IllegalArgumentException("share is over 1");
      }
    }
  }

  record Wanting(@Setting(value = Setting.REQUIRED, doc = "Must.") String model) {}

  @TempDir Path folder = Path.of("");

  @Test
  void nothingGiven_defaultsHold() {
    Example example = ConfigLoader.load(Example.class, ConfigInput.none());
    assertEquals("127.0.0.1", example.listen().host());
    assertEquals(7071, example.listen().port());
    assertEquals(new DataSize(64L << 20), example.cacheSize());
    assertEquals(Duration.ofMillis(250), example.maxWait());
    assertEquals(Precision.FP32, example.precision());
    assertEquals(Optional.empty(), example.model());
    assertEquals(List.of("a", "b"), example.names());
  }

  @Test
  void laterSources_areStronger() throws IOException {
    Path file = yaml("listen:\n  port: 1\n  host: localhost\nshare: 0.1\ncache-size: 1KiB\n");
    Example example =
        ConfigLoader.load(
            Example.class,
            new ConfigInput(
                Optional.of(file),
                Map.of("E2LLM_LISTEN_PORT", "2", "E2LLM_SHARE", "0.2", "E2LLM_HOME", "/x"),
                Map.of("listen.port", "3")));
    assertEquals(3, example.listen().port());
    assertEquals(0.2, example.share());
    assertEquals("localhost", example.listen().host());
    assertEquals(new DataSize(1024), example.cacheSize());
  }

  @Test
  void yamlLists_areRead() throws IOException {
    Path file = yaml("names:\n  - one\n  - two:7071\nprecision: bf-16\n");
    Example example =
        ConfigLoader.load(Example.class, new ConfigInput(Optional.of(file), Map.of(), Map.of()));
    assertEquals(List.of("one", "two:7071"), example.names());
    assertEquals(Precision.BF_16, example.precision());
  }

  @Test
  void allProblems_areReportedTogether_oneLineEach() throws IOException {
    Path file = yaml("listne:\n  port: 1\ncache-size: 5 apples\n");
    ConfigException failure =
        assertThrows(
            ConfigException.class,
            () ->
                ConfigLoader.load(
                    Example.class,
                    new ConfigInput(
                        Optional.of(file),
                        Map.of("E2LLM_LISTEN_PORT", "many"),
                        Map.of("max-wait", "soon", "precision", "fp8"))));
    String all = String.join("\n", failure.problems());
    assertEquals(5, failure.problems().size(), all);
    assertTrue(all.contains("listne.port: no such setting (the file)"), all);
    assertTrue(all.contains("cache-size \"5 apples\""), all);
    assertTrue(
        all.contains("listen.port \"many\": a whole number is wanted (the environment)"), all);
    assertTrue(all.contains("max-wait \"soon\""), all);
    assertTrue(all.contains("one of [fp32, bf-16] is wanted"), all);
    assertEquals(5, all.lines().count(), all);
  }

  @Test
  void recordsOwnChecks_areProblemsToo() {
    ConfigException failure =
        assertThrows(
            ConfigException.class,
            () ->
                ConfigLoader.load(
                    Example.class,
                    ConfigInput.of(Map.of("listen.certificate", "c.pem", "share", "0.3"))));
    assertEquals(List.of("listen: certificate and private-key go together"), failure.problems());
    ConfigException share =
        assertThrows(
            ConfigException.class,
            () -> ConfigLoader.load(Example.class, ConfigInput.of(Map.of("share", "2"))));
    assertEquals(List.of("share is over 1"), share.problems());
  }

  @Test
  void requiredSettingThatIsMissing_isAProblem() {
    ConfigException failure =
        assertThrows(
            ConfigException.class, () -> ConfigLoader.load(Wanting.class, ConfigInput.none()));
    assertEquals(List.of("model: must be given"), failure.problems());
    assertEquals(
        "m", ConfigLoader.load(Wanting.class, ConfigInput.of(Map.of("model", "m"))).model());
  }

  @Test
  void brokenOrMissingFile_isAProblem() throws IOException {
    Path broken = yaml("a: [1, 2\n");
    for (Path file : List.of(broken, folder.resolve("missing.yaml"))) {
      ConfigException failure =
          assertThrows(
              ConfigException.class,
              () ->
                  ConfigLoader.load(
                      Example.class, new ConfigInput(Optional.of(file), Map.of(), Map.of())));
      assertEquals(1, failure.problems().size());
      assertTrue(failure.problems().get(0).contains(file.toString()));
    }
  }

  @Test
  void secrets_areNeverShown() {
    ListenSettings listen =
        ConfigLoader.load(Example.class, ConfigInput.of(Map.of("listen.tokens", "sesame,open")))
            .listen();
    assertEquals(List.of(new Secret("sesame"), new Secret("open")), listen.tokens());
    assertFalse(listen.toString().contains("sesame"));
  }

  @Test
  void dollarSigns_areJustText() {
    Example example =
        ConfigLoader.load(Example.class, ConfigInput.of(Map.of("names", "${user.home},x\\,y")));
    assertEquals(List.of("${user.home}", "x,y"), example.names());
  }

  @Test
  void reference_namesEveryKeyWithItsDefault() {
    String page =
        ConfigReference.markdown(List.of(new ConfigReference.Section("Example", Example.class)));
    assertTrue(page.contains("| `listen.port` | whole number | `7071` | Port to listen on"), page);
    assertTrue(page.contains("| `precision` | `fp32`, `bf-16` | `fp32` | Precision. |"), page);
    assertTrue(page.contains("| `names` | list of text | `a,b` | Names. |"), page);
  }

  private Path yaml(String text) throws IOException {
    return Files.writeString(folder.resolve("config.yaml"), text);
  }
}
