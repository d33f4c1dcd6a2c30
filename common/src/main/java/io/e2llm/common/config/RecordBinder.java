package io.e2llm.common.config;

import io.smallrye.config.SmallRyeConfig;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes configuration records of settings; what is wrong goes into a list. */
final class RecordBinder {
  private final SmallRyeConfig config;
  private final List<String> problems;

  RecordBinder(SmallRyeConfig config, List<String> problems) {
    this.config = config;
    this.problems = problems;
  }

  /** The record, or null after problems were added. */
  <T> @Nullable T bind(Class<T> type) {
    return bind(type, "");
  }

  private <T> @Nullable T bind(Class<T> type, String prefix) {
    RecordComponent[] components = type.getRecordComponents();
    @Nullable Object[] values = new @Nullable Object[components.length];
    boolean complete = true;
    for (int i = 0; i < components.length; i++) {
      String key = prefix + SettingKey.name(components[i]);
      Class<?> component = components[i].getType();
      boolean group = component.isRecord() && !ValueParser.isValue(component);
      values[i] = group ? bind(component, key + ".") : value(components[i], key);
      complete &= values[i] != null;
    }
    return complete ? construct(type, prefix, values) : null;
  }

  private @Nullable Object value(RecordComponent component, String key) {
    ConfigLoader.Found found = ConfigLoader.Found.of(config.getConfigValue(key));
    if (found.text().equals(Setting.REQUIRED)) {
      problems.add(key + ": must be given");
      return null;
    }
    try {
      return ValueParser.parse(component.getGenericType(), found.text());
    } catch (IllegalArgumentException refused) {
      boolean secret = component.getGenericType().getTypeName().contains("Secret");
      String shown = secret ? "" : " \"" + found.text() + "\"";
      problems.add(key + shown + ": " + refused.getMessage() + " (" + found.source() + ")");
      return null;
    }
  }

  private <T> @Nullable T construct(Class<T> type, String prefix, @Nullable Object[] values) {
    Class<?>[] types =
        Arrays.stream(type.getRecordComponents())
            .map(RecordComponent::getType)
            .toArray(Class<?>[]::new);
    try {
      Constructor<T> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(values);
    } catch (InvocationTargetException refused) {
      if (refused.getCause() instanceof IllegalArgumentException reason) {
        String group = prefix.isEmpty() ? "" : prefix.substring(0, prefix.length() - 1) + ": ";
        problems.add(group + reason.getMessage());
        return null;
      }
      throw new IllegalStateException(type + " failed on its values", refused);
    } catch (ReflectiveOperationException broken) {
      throw new IllegalStateException(type + " cannot be made", broken);
    }
  }
}
