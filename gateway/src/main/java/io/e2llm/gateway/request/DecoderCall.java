package io.e2llm.gateway.request;

import io.e2llm.common.client.Endpoint;
import io.e2llm.decoder.v1.DecoderServiceGrpc;
import io.e2llm.decoder.v1.GenerateRequest;
import io.e2llm.decoder.v1.GenerateResponse;
import io.grpc.stub.ClientCallStreamObserver;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * One call to a decoder. The request's thread owns it; callbacks only post to the mailbox. Messages
 * wait until the transport is ready; an event is asked for only as earlier ones are passed on.
 */
public final class DecoderCall {
  private final Endpoint endpoint;
  private final Deque<GenerateRequest> unsent = new ArrayDeque<>();
  private final TierCallbacks<GenerateRequest, GenerateResponse> callbacks;
  private boolean lastQueued;
  private boolean halfClosed;

  private DecoderCall(Endpoint endpoint, Mailbox mailbox) {
    this.endpoint = endpoint;
    this.callbacks =
        new TierCallbacks<>(
            mailbox,
            event -> new CallEvent.Decoded(this, event),
            failure -> new CallEvent.DecoderEnded(this, failure));
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
    halfClosed = true;
    drain();
  }

  /** Whether {@link #finish} was called. */
  boolean halfClosed() {
    return halfClosed;
  }

  /** Drops soft prompts and offers that have not left yet. */
  void dropUnsent() {
    unsent.removeIf(message -> message.hasSoftPrompt() || message.hasSoftPromptOffer());
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
}
