package io.e2llm.gateway.request;

import io.grpc.stub.StreamObserver;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Events for one request's thread. Any thread posts; only the request's thread takes. Its length is
 * bounded by what was requested of each stream.
 */
public final class Mailbox {
  private final LinkedBlockingQueue<CallEvent> events = new LinkedBlockingQueue<>();

  /** Leaves an event. Never blocks. */
  public void post(CallEvent event) {
    events.add(event);
  }

  /** Leaves a client's messages, each as an event of its own, and the end of its stream. */
  <T> StreamObserver<T> requests(Function<T, CallEvent> message) {
    return new StreamObserver<>() {
      @Override
      public void onNext(T request) {
        post(message.apply(request));
      }

      @Override
      public void onError(Throwable failure) {
        post(new CallEvent.ClientGone());
      }

      @Override
      public void onCompleted() {
        post(new CallEvent.ClientDone());
      }
    };
  }

  /** The next event, or null when none comes within {@code millis}. */
  @Nullable CallEvent take(long millis) throws InterruptedException {
    return millis == 0 ? events.poll() : events.poll(millis, TimeUnit.MILLISECONDS);
  }
}
