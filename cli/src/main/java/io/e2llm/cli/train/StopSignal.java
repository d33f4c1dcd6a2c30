package io.e2llm.cli.train;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets work end at a good place when the process is asked to stop: the process waits for it, but
 * not for ever. Thread-safe.
 */
final class StopSignal implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final CountDownLatch done = new CountDownLatch(1);
  private final Thread hook = new Thread(this::stop, "e2llm-stop");
  private volatile boolean stopped;

  /** Listens from now on. */
  StopSignal() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  private void stop() {
    stopped = true;
    try {
      boolean unused = done.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether the process is asked to stop. */
  boolean stopped() {
    return stopped;
  }

  /** The work has ended. */
  @Override
  public void close() {
    done.countDown();
    if (!stopped) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException shuttingDown) {
        return; // it runs, and ends now
      }
    }
  }
}
