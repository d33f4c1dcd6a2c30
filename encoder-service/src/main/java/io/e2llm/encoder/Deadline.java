package io.e2llm.encoder;

/**
 * A moment on the tier's clock.
 *
 * @param bounded false when there is no deadline
 * @param nanos the moment, on a clock that may start anywhere and wrap
 */
record Deadline(boolean bounded, long nanos) {
  static final Deadline NONE = new Deadline(false, 0);

  static Deadline in(long nanosFromNow, long nowNanos) {
    return new Deadline(true, nowNanos + nanosFromNow);
  }

  boolean passed(long nowNanos) {
    return bounded && nowNanos - nanos >= 0;
  }
}
