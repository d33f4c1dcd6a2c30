package io.e2llm.encoder;

import java.util.concurrent.atomic.AtomicInteger;

/** The bound of the queue: every ask holds a place from the door to its answer. Thread-safe. */
final class QueuePlaces {
  private final int limit;
  private final AtomicInteger taken = new AtomicInteger();

  QueuePlaces(int limit) {
    this.limit = limit;
  }

  /** Takes a place if there is one. */
  boolean take() {
    int now = taken.get();
    while (now < limit) {
      if (taken.compareAndSet(now, now + 1)) {
        return true;
      }
      now = taken.get();
    }
    return false;
  }

  void giveBack() {
    taken.decrementAndGet();
  }

  int taken() {
    return taken.get();
  }
}
