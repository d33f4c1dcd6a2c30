package io.e2llm.gateway;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/**
 * The gateway's time, which passes only when a test lets it. Waits end when what they wait for has
 * come; their bound is that of a test that hangs.
 */
final class FakeClock {
  /** Much longer than a loaded machine takes for anything here. */
  static final Duration HANGS = Duration.ofMinutes(4);

  /** What passes in {@link #runUntil} between two looks: less than any limit of a fleet's. */
  private static final Duration TICK = Duration.ofMillis(50);

  private final AtomicLong nanos = new AtomicLong(1L << 50);
  private final AtomicLong reads = new AtomicLong();

  long nanoTime() {
    reads.incrementAndGet();
    return nanos.get();
  }

  void advance(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  /** Lets time pass and waits until it has been looked at a few times since. */
  void advanceAndLook(Duration time) {
    advance(time);
    long before = reads.get();
    until(() -> reads.get() >= before + 3);
  }

  /** Waits for a condition while no time passes. */
  static void until(BooleanSupplier condition) {
    look(condition, () -> {});
  }

  /** Waits for a condition while time passes. */
  void runUntil(BooleanSupplier condition) {
    look(condition, () -> advance(TICK));
  }

  private static void look(BooleanSupplier condition, Runnable between) {
    CountDownLatch never = new CountDownLatch(1);
    try {
      long looks = HANGS.toMillis() / 5;
      while (looks-- > 0 && !condition.getAsBoolean()) {
        between.run();
        assertTrue(!never.await(5, TimeUnit.MILLISECONDS));
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    assertTrue(condition.getAsBoolean(), "it does not come");
  }
}
