package io.e2llm.common.config;

import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One setting of a configuration record, nested ones included.
 *
 * @param key its full key, for example {@code listen.port}
 * @param type the component's type
 * @param defaultText the default as written; {@link Setting#REQUIRED} when there is none
 * @param doc one sentence
 */
public record SettingKey(String key, Type type, String defaultText, String doc) {
  /** The environment variable it is read from. */
  public String variable() {
    return "E2LLM_" + key.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
  }

  /** Whether it must be given. */
  public boolean required() {
    return defaultText.equals(Setting.REQUIRED);
  }

  /**
   * All settings of a record, in the order of its components.
   *
   * @throws IllegalArgumentException when a component lacks its {@link Setting}
   */
  public static List<SettingKey> of(Class<? extends Record> type) {
    List<SettingKey> keys = new ArrayList<>();
    collect(type, "", Map.of(), keys);
    return List.copyOf(keys);
  }

  private static void collect(
      Class<?> type, String prefix, Map<String, String> defaults, List<SettingKey> keys) {
    for (RecordComponent component : type.getRecordComponents()) {
      Setting setting = setting(component);
      String name = name(component);
      String key = prefix + name;
      if (component.getType().isRecord() && !ValueParser.isValue(component.getType())) {
        collect(component.getType(), key + ".", nested(name, setting, defaults), keys);
      } else {
        String text = defaults.getOrDefault(name, setting.value());
        keys.add(new SettingKey(key, component.getGenericType(), text, setting.doc()));
      }
    }
  }

  /** Defaults for a nested record: what it says itself, then what stands further out. */
  private static Map<String, String> nested(
      String name, Setting setting, Map<String, String> outer) {
    Map<String, String> defaults = new HashMap<>();
    for (String entry : setting.defaults()) {
      int equals = entry.indexOf('=');
      defaults.put(entry.substring(0, equals), entry.substring(equals + 1));
    }
    outer.forEach(
        (key, text) -> {
          if (key.startsWith(name + ".")) {
            defaults.put(key.substring(name.length() + 1), text);
          }
        });
    return defaults;
  }

  private static Setting setting(RecordComponent component) {
    Setting setting = component.getAnnotation(Setting.class);
    if (setting == null) {
      throw new IllegalArgumentException(component + " has no @Setting");
    }
    return setting;
  }

  /** A component's name in kebab-case. */
  static String name(RecordComponent component) {
    return component.getName().replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
  }
}
