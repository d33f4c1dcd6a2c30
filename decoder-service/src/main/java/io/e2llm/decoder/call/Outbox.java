package io.e2llm.decoder.call;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Events on their way to a client, sent as far as the transport takes them. The scheduler's thread
 * adds, the transport's threads pump; never blocks.
 *
 * @param <T> what is sent
 */
final class Outbox<T> {
  private final ServerCallStreamObserver<T> out;

  @GuardedBy("this") private final Queue<T> queue = new ArrayDeque<>();

  @GuardedBy("this") private boolean closing;

  @GuardedBy("this") private boolean closed;

  Outbox(ServerCallStreamObserver<T> out) {
    this.out = out;
  }

  /** Sends {@code message} as soon as the transport takes it. */
  synchronized void send(T message) {
    if (!closing) {
      queue.add(message);
      pump();
    }
  }

  /** Completes the call after everything was sent. */
  synchronized void complete() {
    closing = true;
    pump();
  }

  /** Ends the call with {@code failure} at once; what was not sent is dropped. */
  synchronized void fail(@Nullable Throwable failure) {
    closing = true;
    queue.clear();
    if (!closed) {
      closed = true;
      if (failure != null && !out.isCancelled()) {
        out.onError(failure);
      }
    }
  }

  /** Sends what the transport takes now. */
  synchronized void pump() {
    while (!closed && !queue.isEmpty() && out.isReady()) {
      out.onNext(queue.remove());
    }
    if (closing && !closed && queue.isEmpty()) {
      closed = true;
      if (!out.isCancelled()) {
        out.onCompleted();
      }
    }
  }

  /** Messages not yet sent. */
  synchronized int size() {
    return queue.size();
  }
}
