package io.e2llm.common.client;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One process and whether it gets work. It is dropped at once when it refuses or cannot be
 * connected to; when it is merely slow to answer its health checks, only after {@value
 * #SLOW_CHECKS} in a row, and never while its calls bring messages. Thread-safe.
 */
final class Peer {
  /** Health checks in a row that may go unanswered before the last of them drops the process. */
  static final int SLOW_CHECKS = 3;

  private final ManagedChannel channel;
  private final Endpoint endpoint;
  private final AtomicLong received = new AtomicLong();

  @GuardedBy("this") private boolean serving;

  @GuardedBy("this") private int slowChecks;

  @GuardedBy("this") private long receivedBefore;

  /** A process that gets no work before it has answered a health check. */
  Peer(String name, ManagedChannel channel) {
    this.channel = channel;
    this.endpoint = new Endpoint(name, ClientInterceptors.intercept(channel, new Counting()));
  }

  /** The channel as it was opened: health checks on it are no sign of progress. */
  ManagedChannel channel() {
    return channel;
  }

  /** The process as callers get it. */
  Endpoint endpoint() {
    return endpoint;
  }

  /** Whether it gets work. */
  synchronized boolean serving() {
    return serving;
  }

  /** Takes in what came of a health check; returns whether {@link #serving} changed. */
  synchronized boolean checked(HealthAnswer answer) {
    boolean before = serving;
    long messages = received.get();
    boolean progress = messages != receivedBefore;
    receivedBefore = messages;
    slowChecks = answer == HealthAnswer.SLOW && !progress ? slowChecks + 1 : 0;
    serving =
        switch (answer) {
          case SERVING -> true;
          case REFUSED -> false;
          case SLOW -> before && slowChecks < SLOW_CHECKS;
        };
    return serving != before;
  }

  /** A call to it failed; returns whether {@link #serving} changed. */
  synchronized boolean failed() {
    boolean before = serving;
    serving = false;
    return before;
  }

  /** Counts what the process sends. */
  private final class Counting implements ClientInterceptor {
    @Override
    public <Q, S> ClientCall<Q, S> interceptCall(
        MethodDescriptor<Q, S> method, CallOptions options, Channel next) {
      return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
        @Override
        public void start(Listener<S> listener, Metadata headers) {
          super.start(
              new SimpleForwardingClientCallListener<>(listener) {
                @Override
                public void onMessage(S message) {
                  received.incrementAndGet();
                  super.onMessage(message);
                }
              },
              headers);
        }
      };
    }
  }
}
