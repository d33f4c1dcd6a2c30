package io.e2llm.decoder.scheduling;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.e2llm.common.error.Reason;
import io.e2llm.common.error.ServingException;
import java.time.Duration;

/** Counts the generations inside, and refuses more than there is place for. Thread-safe. */
final class Door {
  private final int places;

  @GuardedBy("this") private int inside;

  @GuardedBy("this") private boolean draining;

  private volatile boolean stopped;

  Door(int places) {
    this.places = places;
  }

  /** Lets one in, which runs {@code entering} before anybody can find the door closed. */
  synchronized void enter(Runnable entering) {
    if (draining) {
      throw new ServingException(Reason.DRAINING, "the decoder is shutting down");
    }
    if (inside == places) {
      throw new ServingException(
          Reason.QUEUE_FULL, places + " generations run or wait already; try later or elsewhere");
    }
    inside++;
    entering.run();
  }

  synchronized void leave() {
    inside--;
    notifyAll();
  }

  synchronized boolean drain(Duration atMost) throws InterruptedException {
    draining = true;
    long end = System.nanoTime() + atMost.toNanos();
    for (long left = atMost.toNanos(); inside > 0 && left > 0; left = end - System.nanoTime()) {
      wait(left / 1_000_000, (int) (left % 1_000_000));
    }
    return inside == 0;
  }

  synchronized void stop() {
    draining = true;
    stopped = true;
  }

  boolean stopped() {
    return stopped;
  }
}
