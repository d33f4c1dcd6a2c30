package io.e2llm.common.lifecycle;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a process has started, in order, and stops in the reverse order, each part within a bounded
 * time. Stopping happens once, whoever asks: {@link #close}, a signal, or a failed start.
 * Thread-safe.
 */
public final class Lifecycle implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Lifecycle.class);

  private record Part(String name, AutoCloseable closeable, Duration bound) {}

  private final Object lock = new Object();

  @GuardedBy("lock") private final Deque<Part> parts = new ArrayDeque<>();

  @GuardedBy("lock") private boolean stopping;

  private final CountDownLatch stopped = new CountDownLatch(1);

  /**
   * Starts a part and keeps it to be closed; {@code bound} is how long closing it may take. When it
   * fails, everything started so far is stopped and the failure thrown on.
   */
  public <T extends AutoCloseable> T start(String name, Duration bound, Supplier<T> starter) {
    T part;
    try {
      part = starter.get();
    } catch (RuntimeException | Error failure) {
      close();
      throw failure;
    }
    add(name, bound, part);
    return part;
  }

  /** Keeps a part that is started already. Once stopping has begun, it is closed at once. */
  public void add(String name, Duration bound, AutoCloseable closeable) {
    Part part = new Part(name, closeable, bound);
    synchronized (lock) {
      if (!stopping) {
        parts.push(part);
        return;
      }
    }
    stop(part);
  }

  /** Stops on SIGTERM and SIGINT; the process ends when all parts are stopped. */
  public void stopOnSignal() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::close, "e2llm-shutdown"));
  }

  /** Waits until all parts are stopped. */
  public void awaitStopped() throws InterruptedException {
    stopped.await();
  }

  /** Stops all parts, the last started first. Returns when they are stopped, whoever began it. */
  @Override
  public void close() {
    boolean first;
    synchronized (lock) {
      first = !stopping;
      stopping = true;
    }
    if (first) {
      try {
        for (Part part = next(); part != null; part = next()) {
          stop(part);
        }
      } finally {
        stopped.countDown();
      }
      return;
    }
    try {
      stopped.await();
    } catch (InterruptedException hurry) {
      Thread.currentThread().interrupt();
    }
  }

  private @Nullable Part next() {
    synchronized (lock) {
      return parts.poll();
    }
  }

  private static void stop(Part part) {
    log.debug("stopping {}", part.name());
    Thread closer =
        Thread.ofPlatform().daemon().name("e2llm-stop").unstarted(() -> closeQuietly(part));
    closer.start();
    try {
      if (!closer.join(part.bound())) {
        log.warn("{} did not stop within {} s", part.name(), part.bound().toSeconds());
      }
    } catch (InterruptedException hurry) {
      Thread.currentThread().interrupt();
    }
  }

  private static void closeQuietly(Part part) {
    try {
      part.closeable().close();
    } catch (Exception failure) {
      log.warn("{} did not stop cleanly", part.name(), failure);
    }
  }
}
