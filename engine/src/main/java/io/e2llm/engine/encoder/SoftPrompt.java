package io.e2llm.engine.encoder;

/**
 * A soft prompt on the Java heap: {@code [rows, width]}, row-major fp32.
 *
 * @param rows soft tokens, at least 1
 * @param width pooled width
 * @param values {@code rows * width} finite values
 */
@SuppressWarnings("ArrayRecordComponent") // hot path; compared by nobody
public record SoftPrompt(int rows, int width, float[] values) {
  /** Checks the shape against the length. */
  public SoftPrompt {
    if (rows < 1 || width < 1 || (long) rows * width != values.length) {
      throw new IllegalArgumentException(
          "soft prompt of [" + rows + ", " + width + "] with " + values.length + " values");
    }
  }
}
