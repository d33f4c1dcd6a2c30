package io.e2llm.common.flow;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Events on their way to a client that may read slowly. Writes only while the transport is ready;
 * what it is not ready for waits here. The producer asks {@link #size} and {@link #blockedNanos}
 * and decides when to pause or give up: the queue itself never drops or blocks.
 *
 * <p>Thread-safe. Events leave in the order they came; the end leaves last.
 */
public final class OutboundQueue<T> {
  private final ServerCallStreamObserver<T> observer;
  private final LongSupplier nanoTime;

  @GuardedBy("this") private final Queue<T> waiting = new ArrayDeque<>();

  @GuardedBy("this") private boolean ending;

  @GuardedBy("this") private @Nullable Throwable failure;

  @GuardedBy("this") private boolean ended;

  @GuardedBy("this") private long blockedSince;

  /**
   * A queue before {@code observer}, whose on-ready handler the owner sets to call {@link #drain}.
   */
  public OutboundQueue(ServerCallStreamObserver<T> observer, LongSupplier nanoTime) {
    this.observer = observer;
    this.nanoTime = nanoTime;
  }

  /** Sends an event, now or when the client is ready. Events after the end are dropped. */
  public synchronized void offer(T event) {
    if (ending) {
      return;
    }
    if (waiting.isEmpty()) {
      blockedSince = nanoTime.getAsLong();
    }
    waiting.add(event);
    drain();
  }

  /** Completes the call after all events so far. */
  public synchronized void complete() {
    ending = true;
    drain();
  }

  /** Fails the call at once; events that wait are dropped. */
  public synchronized void fail(Throwable status) {
    if (ended) {
      return;
    }
    waiting.clear();
    ending = true;
    failure = status;
    drain();
  }

  /** Writes what the client is ready for. The on-ready handler calls this. */
  public synchronized void drain() {
    if (ended) {
      return;
    }
    if (observer.isCancelled()) {
      waiting.clear();
      ending = true;
      ended = true;
      return;
    }
    while (!waiting.isEmpty() && observer.isReady()) {
      observer.onNext(waiting.remove());
      blockedSince = nanoTime.getAsLong();
    }
    if (waiting.isEmpty() && ending) {
      ended = true;
      Throwable status = failure;
      if (status == null) {
        observer.onCompleted();
      } else {
        observer.onError(status);
      }
    }
  }

  /** Events that wait for the client. */
  public synchronized int size() {
    return waiting.size();
  }

  /** Nanoseconds since the client last took an event while others waited; 0 when none waits. */
  public synchronized long blockedNanos() {
    return waiting.isEmpty() ? 0 : nanoTime.getAsLong() - blockedSince;
  }
}
