package io.e2llm.engine.torch;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts this package's native objects: tensors, values and modules of libtorch that are not closed
 * yet. Thread-safe. Tests assert that it comes back to where it was.
 */
public final class NativeObjects {
  private static final AtomicLong LIVE = new AtomicLong();

  private NativeObjects() {}

  /** Objects made and not yet closed, in the whole process. */
  public static long live() {
    return LIVE.get();
  }

  static void made() {
    LIVE.incrementAndGet();
  }

  static void closed() {
    LIVE.decrementAndGet();
  }
}
