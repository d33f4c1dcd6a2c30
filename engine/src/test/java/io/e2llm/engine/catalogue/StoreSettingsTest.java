package io.e2llm.engine.catalogue;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StoreSettingsTest {
  private static final Path HOME = Path.of("/home/me");

  private static Path root(Map<String, String> environment, String system) {
    return StoreSettings.of(environment, system, HOME).root();
  }

  @Test
  void ownHome_wins() {
    assertEquals(Path.of("/x"), root(Map.of("E2LLM_HOME", "/x", "XDG_CACHE_HOME", "/c"), "Linux"));
  }

  @Test
  void platformCache_dependsOnSystem() {
    assertEquals(Path.of("/home/me/.cache/e2llm"), root(Map.of(), "Linux"));
    assertEquals(Path.of("/c/e2llm"), root(Map.of("XDG_CACHE_HOME", "/c"), "Linux"));
    assertEquals(Path.of("/home/me/Library/Caches/e2llm"), root(Map.of(), "Mac OS X"));
    assertEquals(Path.of("/l/e2llm"), root(Map.of("LOCALAPPDATA", "/l"), "Windows 11"));
  }

  @Test
  void hub_comesFromEnvironment() {
    StoreSettings settings =
        StoreSettings.of(
            Map.of("HF_ENDPOINT", "http://127.0.0.1:9/", "HF_TOKEN", " t\n"), "Linux", HOME);

    assertEquals(URI.create("http://127.0.0.1:9"), settings.hub());
    assertEquals(Optional.of("t"), settings.hubToken());
    assertEquals(
        URI.create("https://huggingface.co"), StoreSettings.of(Map.of(), "Linux", HOME).hub());
  }
}
