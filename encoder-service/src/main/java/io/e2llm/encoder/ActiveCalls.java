package io.e2llm.encoder;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.e2llm.common.error.Reason;
import io.e2llm.common.error.ServingException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The Encode calls that are open, and the door they come in by. Thread-safe. */
final class ActiveCalls {
  private final int limit;

  @GuardedBy("this") private final Set<EncodeCall> calls = new HashSet<>();

  @GuardedBy("this") private boolean draining;

  ActiveCalls(int limit) {
    this.limit = limit;
  }

  /**
   * Lets a call in.
   *
   * @throws ServingException DRAINING or TOO_MANY_REQUESTS
   */
  synchronized void add(EncodeCall call) {
    if (draining) {
      throw new ServingException(Reason.DRAINING, "the encoder is shutting down");
    }
    if (calls.size() >= limit) {
      throw new ServingException(Reason.TOO_MANY_REQUESTS, "too many calls are open already");
    }
    calls.add(call);
  }

  /** A call has ended. */
  synchronized void remove(EncodeCall call) {
    calls.remove(call);
    notifyAll();
  }

  /** Closes the door. */
  synchronized void drain() {
    draining = true;
  }

  synchronized int size() {
    return calls.size();
  }

  synchronized List<EncodeCall> open() {
    return List.copyOf(calls);
  }

  /** Waits until every call has ended; false when {@code millis} were not enough. */
  synchronized boolean awaitEnd(long millis) throws InterruptedException {
    long end = System.nanoTime() + millis * 1_000_000;
    while (!calls.isEmpty()) {
      long left = (end - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return false;
      }
      wait(left);
    }
    return true;
  }
}
