package io.e2llm.engine.decoder;

import java.nio.FloatBuffer;

/**
 * Logits of several positions, {@code [rows, vocabulary]} fp32. Valid until the model's next step.
 *
 * @param rows how many positions
 * @param vocabulary width
 * @param values row-major, {@code rows * vocabulary} of them from index 0
 */
public record Logits(int rows, int vocabulary, FloatBuffer values) {
  /** Copies one row into {@code into}, which has {@code vocabulary} places. */
  public void copyRow(int row, float[] into) {
    values.get(row * vocabulary, into, 0, vocabulary);
  }
}
