package io.e2llm.engine.catalogue;

import io.e2llm.engine.ModelException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Where models are kept and how sources are reached.
 *
 * @param root the cache's folder; models stand in {@code models/NAME} below it
 * @param hub address of the Hugging Face hub, without a slash at its end
 * @param hubToken token sent to that address, and to no other
 * @param python command that runs Python
 * @param maven command that runs Maven
 */
public record StoreSettings(
    Path root, URI hub, Optional<String> hubToken, List<String> python, List<String> maven) {
  /** Copies the commands. */
  public StoreSettings {
    python = List.copyOf(python);
    maven = List.copyOf(maven);
  }

  /**
   * The settings of a process: {@code E2LLM_HOME}, else the platform's cache folder; {@code
   * HF_ENDPOINT} and {@code HF_TOKEN} for the hub.
   *
   * @param environment the process's environment
   * @param system the system property {@code os.name}
   * @param home the user's home folder
   */
  public static StoreSettings of(Map<String, String> environment, String system, Path home) {
    boolean windows = system.toLowerCase(Locale.ROOT).startsWith("windows");
    String endpoint = set(environment, "HF_ENDPOINT").orElse("https://huggingface.co");
    return new StoreSettings(
        set(environment, "E2LLM_HOME")
            .map(Path::of)
            .orElseGet(() -> platformCache(environment, system, home).resolve("e2llm"))
            .toAbsolutePath()
            .normalize(),
        address(endpoint.replaceAll("/+$", "")),
        set(environment, "HF_TOKEN").map(String::strip),
        List.of(windows ? "python" : "python3"),
        List.of(windows ? "mvn.cmd" : "mvn"));
  }

  private static URI address(String text) {
    try {
      return new URI(text);
    } catch (URISyntaxException e) {
      throw new ModelException("HF_ENDPOINT is not an address: " + text, e);
    }
  }

  private static Path platformCache(Map<String, String> environment, String system, Path home) {
    String name = system.toLowerCase(Locale.ROOT);
    if (name.startsWith("windows")) {
      return set(environment, "LOCALAPPDATA")
          .map(Path::of)
          .orElseGet(() -> home.resolve("AppData").resolve("Local"));
    }
    if (name.startsWith("mac")) {
      return home.resolve("Library").resolve("Caches");
    }
    return set(environment, "XDG_CACHE_HOME").map(Path::of).orElseGet(() -> home.resolve(".cache"));
  }

  private static Optional<String> set(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
  }
}
