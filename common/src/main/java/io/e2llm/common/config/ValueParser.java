package io.e2llm.common.config;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads one setting's text as its type. */
final class ValueParser {
  private static final Pattern DURATION = Pattern.compile("(\\d+)\\s*(ms|s|m|h)");

  private ValueParser() {}

  /** Whether a record is a value in itself and not a group of settings. */
  static boolean isValue(Class<?> type) {
    return type == DataSize.class || type == Secret.class;
  }

  /**
   * The value a text stands for; an empty text is an empty optional or list.
   *
   * @throws IllegalArgumentException with what is wrong, for people
   */
  static Object parse(Type type, String text) {
    if (type instanceof ParameterizedType generic) {
      Type element = generic.getActualTypeArguments()[0];
      if (generic.getRawType() == Optional.class) {
        return text.isBlank() ? Optional.empty() : Optional.of(parse(element, text));
      }
      if (generic.getRawType() == List.class) {
        return list(element, text);
      }
    }
    if (type instanceof Class<?> plain) {
      return one(plain, text.strip());
    }
    throw new IllegalStateException("no setting can be of " + type);
  }

  private static List<Object> list(Type element, String text) {
    List<Object> values = new ArrayList<>();
    for (String part : text.split("(?<!\\\\),", -1)) {
      if (!part.isBlank()) {
        values.add(parse(element, part.replace("\\,", ",").strip()));
      }
    }
    return List.copyOf(values);
  }

  private static Object one(Class<?> type, String text) {
    if (type == String.class) {
      return text;
    } else if (type == int.class || type == Integer.class) {
      return (int) whole(text, Integer.MIN_VALUE, Integer.MAX_VALUE);
    } else if (type == long.class || type == Long.class) {
      return whole(text, Long.MIN_VALUE, Long.MAX_VALUE);
    } else if (type == double.class || type == Double.class) {
      return number(text);
    } else if (type == boolean.class || type == Boolean.class) {
      return flag(text);
    } else if (type == Duration.class) {
      return duration(text);
    } else if (type == DataSize.class) {
      return DataSize.parse(text);
    } else if (type == Secret.class) {
      return new Secret(text);
    } else if (type == Path.class) {
      return path(text);
    } else if (type.isEnum()) {
      return constant(type, text);
    }
    throw new IllegalStateException("no setting can be of " + type);
  }

  private static long whole(String text, long least, long most) {
    try {
      long value = Long.parseLong(text);
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException other) {
      throw new IllegalArgumentException("a whole number is wanted", other);
    }
    throw new IllegalArgumentException("the number is out of range");
  }

  private static double number(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException other) {
      throw new IllegalArgumentException("a number is wanted", other);
    }
  }

  private static boolean flag(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("true or false is wanted");
    };
  }

  /** Reads {@code 250ms}, {@code 30s}, {@code 5m} or {@code 1h}. */
  private static Duration duration(String text) {
    Matcher form = DURATION.matcher(text);
    if (!form.matches()) {
      throw new IllegalArgumentException("a duration looks like 250ms, 30s, 5m or 1h");
    }
    try {
      long amount = Long.parseLong(form.group(1));
      return switch (form.group(2)) {
        case "ms" -> Duration.ofMillis(amount);
        case "s" -> Duration.ofSeconds(amount);
        case "m" -> Duration.ofMinutes(amount);
        default -> Duration.ofHours(amount);
      };
    } catch (ArithmeticException | NumberFormatException tooLong) {
      throw new IllegalArgumentException("the duration is too long", tooLong);
    }
  }

  private static Path path(String text) {
    try {
      return Path.of(text);
    } catch (InvalidPathException malformed) {
      throw new IllegalArgumentException("a path is wanted", malformed);
    }
  }

  private static Object constant(Class<?> type, String text) {
    Object[] constants = type.getEnumConstants();
    for (Object constant : constants) {
      if (written(constant).equals(text.toLowerCase(Locale.ROOT))) {
        return constant;
      }
    }
    throw new IllegalArgumentException(
        "one of " + Arrays.stream(constants).map(ValueParser::written).toList() + " is wanted");
  }

  private static String written(Object constant) {
    return ((Enum<?>) constant).name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
