package io.e2llm.common.server;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.e2llm.common.error.Reason;
import io.e2llm.common.error.ServingException;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/** Counts running calls, and once shut lets no new one in. Thread-safe. */
final class CallGate implements ServerInterceptor {
  private final Object lock = new Object();

  @GuardedBy("lock") private int running;

  @GuardedBy("lock") private boolean shut;

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    enter();
    Leaving leaving = new Leaving();
    try {
      return new CountedListener<>(next.startCall(call, headers), leaving);
    } catch (RuntimeException failure) {
      leaving.once();
      throw failure;
    }
  }

  /** Calls that have begun and not ended. */
  int running() {
    synchronized (lock) {
      return running;
    }
  }

  /** Refuses calls from now on. */
  void shut() {
    synchronized (lock) {
      shut = true;
    }
  }

  /** Waits until no call runs; false when the time is over first. */
  boolean awaitIdle(Duration atMost) throws InterruptedException {
    long end = System.nanoTime() + atMost.toNanos();
    synchronized (lock) {
      while (running > 0) {
        long millis = (end - System.nanoTime()) / 1_000_000;
        if (millis <= 0) {
          return false;
        }
        lock.wait(millis);
      }
      return true;
    }
  }

  private void enter() {
    synchronized (lock) {
      if (shut) {
        throw new ServingException(Reason.DRAINING, "this server is shutting down");
      }
      running++;
    }
  }

  private void leave() {
    synchronized (lock) {
      running--;
      if (running == 0) {
        lock.notifyAll();
      }
    }
  }

  private final class Leaving {
    private final AtomicBoolean done = new AtomicBoolean();

    void once() {
      if (done.compareAndSet(false, true)) {
        leave();
      }
    }
  }

  private static final class CountedListener<Q> extends SimpleForwardingServerCallListener<Q> {
    private final Leaving leaving;

    CountedListener(ServerCall.Listener<Q> delegate, Leaving leaving) {
      super(delegate);
      this.leaving = leaving;
    }

    @Override
    public void onComplete() {
      try {
        super.onComplete();
      } finally {
        leaving.once();
      }
    }

    @Override
    public void onCancel() {
      try {
        super.onCancel();
      } finally {
        leaving.once();
      }
    }
  }
}
