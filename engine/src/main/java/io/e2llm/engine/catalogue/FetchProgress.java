package io.e2llm.engine.catalogue;

/**
 * How far a download has come.
 *
 * @param bytes bytes here so far
 * @param total bytes to come in all; 0 when nobody knows
 * @param bytesPerSecond speed over the last seconds; 0 before it is known
 */
public record FetchProgress(long bytes, long total, double bytesPerSecond) {
  /** Seconds left at this speed; negative when unknown. */
  public double secondsLeft() {
    return total > 0 && bytesPerSecond > 0 ? Math.max(0, total - bytes) / bytesPerSecond : -1;
  }
}
