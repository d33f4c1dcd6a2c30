package io.e2llm.common.server;

import io.e2llm.common.error.Reason;
import io.e2llm.common.error.StatusMapping;
import io.e2llm.common.metrics.TierMetrics;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Counts calls by method, errors by reason, and how long calls take. */
final class MetricsInterceptor implements ServerInterceptor {
  private final Counter calls;
  private final Counter errors;
  private final Histogram seconds;
  private final LongSupplier nanoTime;

  MetricsInterceptor(TierMetrics metrics, LongSupplier nanoTime) {
    this.calls = metrics.counter("calls", "Calls begun.", "method");
    this.errors = metrics.counter("errors", "Calls failed.", "reason");
    this.seconds = metrics.seconds("call", "From a call's begin to its end.", "method");
    this.nanoTime = nanoTime;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    @Nullable String name = call.getMethodDescriptor().getBareMethodName();
    CallRecord entry = new CallRecord(name == null ? "" : name, nanoTime.getAsLong());
    calls.labelValues(entry.method).inc();
    ServerCall.Listener<Q> listener =
        next.startCall(
            new SimpleForwardingServerCall<>(call) {
              @Override
              public void close(Status status, Metadata trailers) {
                entry.end(status, trailers);
                super.close(status, trailers);
              }
            },
            headers);
    return new SimpleForwardingServerCallListener<>(listener) {
      @Override
      public void onCancel() {
        @Nullable Deadline deadline = Context.current().getDeadline();
        boolean late = deadline != null && deadline.isExpired();
        entry.end(late ? Reason.DEADLINE_EXCEEDED : Reason.CANCELLED);
        super.onCancel();
      }
    };
  }

  /** One call, counted once. */
  private final class CallRecord {
    private final String method;
    private final long beginNanos;
    private final AtomicBoolean ended = new AtomicBoolean();

    CallRecord(String method, long beginNanos) {
      this.method = method;
      this.beginNanos = beginNanos;
    }

    void end(Status status, Metadata trailers) {
      if (status.isOk()) {
        end((Reason) null);
      } else {
        end(StatusMapping.reason(status, trailers).orElse(Reason.INTERNAL));
      }
    }

    void end(@Nullable Reason reason) {
      if (ended.compareAndSet(false, true)) {
        seconds.labelValues(method).observe((nanoTime.getAsLong() - beginNanos) / 1e9);
        if (reason != null) {
          errors.labelValues(reason.name()).inc();
        }
      }
    }
  }
}
