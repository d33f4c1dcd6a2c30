package io.e2llm.common.config;

import java.io.Serial;
import java.util.List;

/** The configuration cannot be used; the message has one line for each problem. */
public final class ConfigException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private final List<String> problems;

  /** All problems found, at least one. */
  public ConfigException(List<String> problems) {
    super(String.join(System.lineSeparator(), problems));
    this.problems = List.copyOf(problems);
  }

  /** One line each. */
  public List<String> problems() {
    return problems;
  }
}
