package io.e2llm.common.config;

import io.smallrye.config.ConfigValue;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.source.yaml.YamlConfigSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads a configuration record once, at the start of a process: defaults, then a YAML file, then
 * the environment, then the command line, the later the stronger. All problems are reported
 * together.
 */
public final class ConfigLoader {
  private final List<String> problems = new ArrayList<>();

  private ConfigLoader() {}

  /**
   * The record that the sources describe.
   *
   * @throws ConfigException with one line for each unreadable, unknown, missing or refused setting
   */
  public static <T extends Record> T load(Class<T> type, ConfigInput input) {
    ConfigLoader loader = new ConfigLoader();
    SmallRyeConfig config = loader.sources(SettingKey.of(type), input);
    @Nullable T bound = new RecordBinder(config, loader.problems).bind(type);
    if (bound == null || !loader.problems.isEmpty()) {
      throw new ConfigException(loader.problems);
    }
    return bound;
  }

  private SmallRyeConfig sources(List<SettingKey> keys, ConfigInput input) {
    Set<String> known = new HashSet<>();
    Map<String, String> defaults = new HashMap<>();
    Map<String, String> environment = new HashMap<>();
    for (SettingKey key : keys) {
      known.add(key.key());
      defaults.put(key.key(), key.defaultText());
      String variable = input.environment().get(key.variable());
      if (variable != null) {
        environment.put(key.key(), variable);
      }
    }
    Map<String, String> file = input.file().map(this::read).orElse(Map.of());
    reportUnknown("the file", file.keySet(), known);
    reportUnknown("the command line", input.overrides().keySet(), known);
    return new SmallRyeConfigBuilder()
        .withSources(
            new PropertiesConfigSource(defaults, "the default", 100),
            new PropertiesConfigSource(file, "the file", 200),
            new PropertiesConfigSource(environment, "the environment", 300),
            new PropertiesConfigSource(input.overrides(), "the command line", 400))
        .build();
  }

  private Map<String, String> read(Path file) {
    try {
      String text = Files.readString(file);
      return new YamlConfigSource("the file", text).getProperties();
    } catch (IOException unreadable) {
      problems.add("the configuration file " + file + " cannot be read");
    } catch (RuntimeException malformed) {
      String message = String.valueOf(malformed.getMessage()).replaceAll("\\s+", " ");
      problems.add("the configuration file " + file + " is not YAML: " + message);
    }
    return Map.of();
  }

  private void reportUnknown(String source, Set<String> given, Set<String> known) {
    Set<String> names = new TreeSet<>();
    given.forEach(key -> names.add(key.replaceAll("\\[\\d+].*", "")));
    names.removeAll(known);
    names.forEach(key -> problems.add(key + ": no such setting (" + source + ")"));
  }

  /** A setting's text and where it is from. */
  record Found(String text, String source) {
    static Found of(ConfigValue value) {
      @Nullable String text = value.getRawValue();
      // SmallRye writes its kind of source around the name given.
      String source = String.valueOf(value.getConfigSourceName());
      return new Found(text == null ? "" : text, source.replaceAll("^.*\\[source=(.*)]$", "$1"));
    }
  }
}
