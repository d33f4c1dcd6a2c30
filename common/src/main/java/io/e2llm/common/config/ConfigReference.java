package io.e2llm.common.config;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Writes the reference page of settings from the records themselves. */
public final class ConfigReference {
  private ConfigReference() {}

  /**
   * One process's settings.
   *
   * @param heading the section's heading
   * @param type the record
   */
  public record Section(String heading, Class<? extends Record> type) {}

  /** The page, in Markdown. */
  public static String markdown(List<Section> sections) {
    StringBuilder page =
        new StringBuilder(
            """
            # Configuration

            Written by a test from the settings themselves. Each tier reads, the later the stronger: the defaults below, a YAML file
            (`--config FILE`), the environment (`listen.port` is `E2LLM_LISTEN_PORT`), its command line. All problems are reported together, and an
            unknown key is one. Sizes look like `64KiB` or `512MiB`, durations like `250ms`, `30s`, `5m` or `1h`; lists are comma-separated.
            """);
    for (Section section : sections) {
      page.append("\n## ").append(section.heading()).append("\n\n");
      page.append("| key | type | default | what it sets |\n|---|---|---|---|\n");
      for (SettingKey key : SettingKey.of(section.type())) {
        page.append(
            "| `%s` | %s | %s | %s |\n"
                .formatted(key.key(), typeName(key.type()), shown(key), key.doc()));
      }
    }
    return page.toString();
  }

  private static String shown(SettingKey key) {
    if (key.required()) {
      return "(must be given)";
    }
    return key.defaultText().isEmpty() ? "" : "`" + key.defaultText() + "`";
  }

  private static String typeName(Type type) {
    if (type instanceof ParameterizedType generic) {
      String element = typeName(generic.getActualTypeArguments()[0]);
      return generic.getRawType() == List.class ? "list of " + element : element;
    }
    Class<?> plain = (Class<?>) type;
    if (plain.isEnum()) {
      return String.join(
          ", ",
          Arrays.stream(plain.getEnumConstants())
              .map(c -> "`" + ((Enum<?>) c).name().toLowerCase(Locale.ROOT).replace('_', '-') + "`")
              .toList());
    }
    return switch (plain.getSimpleName()) {
      case "int", "long", "Integer", "Long" -> "whole number";
      case "double", "Double" -> "number";
      case "boolean", "Boolean" -> "true, false";
      case "DataSize" -> "size";
      case "String" -> "text";
      default -> plain.getSimpleName().toLowerCase(Locale.ROOT);
    };
  }
}
