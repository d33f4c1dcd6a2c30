package io.e2llm.common.server;

import io.e2llm.common.error.StatusMapping;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends every call that fails with a status of {@link StatusMapping}, whether a handler threw,
 * reported the failure to its observer, or passed on what another tier told it.
 */
final class ErrorInterceptor implements ServerInterceptor {
  private static final Logger log = LoggerFactory.getLogger(ErrorInterceptor.class);

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    MappedCall<Q, R> mapped = new MappedCall<>(call);
    try {
      return new MappedListener<>(next.startCall(mapped, headers), mapped);
    } catch (RuntimeException failure) {
      mapped.fail(failure);
      return new ServerCall.Listener<>() {};
    }
  }

  /** Serializes what is sent, as a failure may end the call while another thread writes to it. */
  static final class MappedCall<Q, R> extends SimpleForwardingServerCall<Q, R> {
    private final Object lock = new Object();
    private boolean closed;

    MappedCall(ServerCall<Q, R> call) {
      super(call);
    }

    void fail(Throwable failure) {
      StatusRuntimeException status = StatusMapping.toStatus(failure);
      send(status.getStatus(), status.getTrailers());
    }

    @Override
    public void sendHeaders(Metadata headers) {
      synchronized (lock) {
        if (!closed) {
          super.sendHeaders(headers);
        }
      }
    }

    @Override
    public void sendMessage(R message) {
      synchronized (lock) {
        if (!closed) {
          super.sendMessage(message);
        }
      }
    }

    @Override
    public void close(Status status, Metadata trailers) {
      if (status.isOk() || StatusMapping.reason(status, trailers).isPresent()) {
        send(status, trailers);
      } else {
        @Nullable Throwable cause = status.getCause();
        fail(cause != null ? cause : status.asRuntimeException());
      }
    }

    private void send(Status status, @Nullable Metadata trailers) {
      synchronized (lock) {
        if (!closed) {
          closed = true;
          super.close(status, trailers == null ? new Metadata() : trailers);
        }
      }
    }
  }

  /** After a failure the handler hears that the call is cancelled, and nothing more. */
  private static final class MappedListener<Q> extends GuardedListener<Q> {
    private final MappedCall<Q, ?> call;
    private boolean failed;

    MappedListener(ServerCall.Listener<Q> delegate, MappedCall<Q, ?> call) {
      super(delegate);
      this.call = call;
    }

    @Override
    void guard(Runnable step) {
      if (failed) {
        return;
      }
      try {
        step.run();
      } catch (RuntimeException failure) {
        failed = true;
        call.fail(failure);
        cancel();
      }
    }

    private void cancel() {
      try {
        delegate().onCancel();
      } catch (RuntimeException failure) {
        log.warn("a handler failed once more when its call was cancelled", failure);
      }
    }
  }
}
