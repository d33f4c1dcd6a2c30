package io.e2llm.gateway.request;

import io.e2llm.common.client.Endpoint;
import io.e2llm.decoder.v1.DecoderServiceGrpc;
import io.e2llm.decoder.v1.GenerateRequest;
import io.e2llm.decoder.v1.GenerateResponse;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One call to a decoder. The request's thread owns it; callbacks only post to the mailbox. Messages
 * wait until the transport is ready; an event is asked for only as earlier ones are passed on.
 */
public final class DecoderCall {
  private static final int READ_AHEAD = 16;

  private final Endpoint endpoint;
  private final Deque<GenerateRequest> unsent = new ArrayDeque<>();
  private final Callbacks callbacks;
  private boolean lastQueued;

  private DecoderCall(Endpoint endpoint, Mailbox mailbox) {
    this.endpoint = endpoint;
    this.callbacks = new Callbacks(this, mailbox);
  }

  /** Opens a call. */
  static DecoderCall open(Endpoint endpoint, Mailbox mailbox) {
    DecoderCall call = new DecoderCall(endpoint, mailbox);
    // The observer it returns is the one beforeStart has been given.
    var unused = DecoderServiceGrpc.newStub(endpoint.channel()).generate(call.callbacks);
    return call;
  }

  Endpoint endpoint() {
    return endpoint;
  }

  /** Sends a message when the transport is ready. */
  void send(GenerateRequest message) {
    unsent.addLast(message);
    drain();
  }

  /** Half-closes after what was sent so far. */
  void finish() {
    lastQueued = true;
    drain();
  }

  /** Drops soft prompts that have not left yet. */
  void dropUnsent() {
    unsent.removeIf(GenerateRequest::hasSoftPrompt);
  }

  /** Writes what the transport is ready for. */
  void drain() {
    ClientCallStreamObserver<GenerateRequest> requests = callbacks.requests();
    while (!unsent.isEmpty() && requests.isReady()) {
      requests.onNext(unsent.removeFirst());
    }
    if (lastQueued && unsent.isEmpty()) {
      lastQueued = false;
      requests.onCompleted();
    }
  }

  /** Asks for one more event. */
  void more() {
    callbacks.requests().request(1);
  }

  /** Cancels. */
  void cancel() {
    callbacks.requests().cancel("no longer wanted", null);
  }

  private static final class Callbacks
      implements ClientResponseObserver<GenerateRequest, GenerateResponse> {
    private final DecoderCall call;
    private final Mailbox mailbox;
    private volatile @Nullable ClientCallStreamObserver<GenerateRequest> requests;

    Callbacks(DecoderCall call, Mailbox mailbox) {
      this.call = call;
      this.mailbox = mailbox;
    }

    ClientCallStreamObserver<GenerateRequest> requests() {
      return Objects.requireNonNull(requests, "set before the call starts");
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<GenerateRequest> observer) {
      requests = observer;
      observer.disableAutoRequestWithInitial(READ_AHEAD);
      observer.setOnReadyHandler(() -> mailbox.post(new CallEvent.Wake()));
    }

    @Override
    public void onNext(GenerateResponse event) {
      mailbox.post(new CallEvent.Decoded(call, event));
    }

    @Override
    public void onError(Throwable failure) {
      mailbox.post(new CallEvent.DecoderEnded(call, failure));
    }

    @Override
    public void onCompleted() {
      mailbox.post(new CallEvent.DecoderEnded(call, null));
    }
  }
}
