package io.e2llm.common.config;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where settings come from, the later the stronger: the defaults, the file, the environment, the
 * command line.
 *
 * @param file a YAML file
 * @param environment variables; {@code listen.max-message} is read from {@code
 *     E2LLM_LISTEN_MAX_MESSAGE}
 * @param overrides settings of the command line by key
 */
public record ConfigInput(
    Optional<Path> file, Map<String, String> environment, Map<String, String> overrides) {
  /** Copies the maps. */
  public ConfigInput {
    environment = Map.copyOf(environment);
    overrides = Map.copyOf(overrides);
  }

  /** The defaults alone. */
  public static ConfigInput none() {
    return new ConfigInput(Optional.empty(), Map.of(), Map.of());
  }

  /** The defaults and settings by key. */
  public static ConfigInput of(Map<String, String> overrides) {
    return new ConfigInput(Optional.empty(), Map.of(), overrides);
  }
}
