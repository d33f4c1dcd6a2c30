package io.e2llm.common.config;

/**
 * A value that must not be printed.
 *
 * @param value the value itself, not empty
 */
public record Secret(String value) {
  /** Refuses an empty secret. */
  public Secret {
    if (value.isBlank()) {
      throw new IllegalArgumentException("a secret is not empty");
    }
  }

  @Override
  public String toString() {
    return "(secret)";
  }
}
