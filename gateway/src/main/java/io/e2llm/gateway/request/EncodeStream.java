package io.e2llm.gateway.request;

import io.e2llm.common.client.Endpoint;
import io.e2llm.encoder.v1.EncodeRequest;
import io.e2llm.encoder.v1.EncodeResponse;
import io.e2llm.encoder.v1.EncodeStart;
import io.e2llm.encoder.v1.EncoderServiceGrpc;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The one stream between a request and an encoder. The request's thread owns it; callbacks only
 * post to the mailbox. A result is asked for only as earlier ones are taken.
 */
public final class EncodeStream {
  private static final int READ_AHEAD = 16;

  private final Endpoint endpoint;
  private final Map<Long, EncodeJob> jobs = new LinkedHashMap<>();
  private final Callbacks callbacks;

  private EncodeStream(Endpoint endpoint, Mailbox mailbox) {
    this.endpoint = endpoint;
    this.callbacks = new Callbacks(this, mailbox);
  }

  /** Opens a stream. */
  static EncodeStream open(Endpoint endpoint, EncodeStart start, Mailbox mailbox) {
    EncodeStream stream = new EncodeStream(endpoint, mailbox);
    // The observer it returns is the one beforeStart has been given.
    var unused = EncoderServiceGrpc.newStub(endpoint.channel()).encode(stream.callbacks);
    stream.callbacks.requests().onNext(EncodeRequest.newBuilder().setStart(start).build());
    return stream;
  }

  Endpoint endpoint() {
    return endpoint;
  }

  /** Sends a job. */
  void send(EncodeJob job) {
    jobs.put(job.chunk().getTag(), job);
    callbacks.requests().onNext(EncodeRequest.newBuilder().setChunk(job.chunk()).build());
  }

  /** Takes the job a result is for, if it was asked for, and makes room for another result. */
  @Nullable EncodeJob take(long tag) {
    callbacks.requests().request(1);
    return jobs.remove(tag);
  }

  /** Jobs without a result. */
  Collection<EncodeJob> unfinished() {
    return List.copyOf(jobs.values());
  }

  /** Ends the stream: politely when nothing is under way. */
  void close() {
    if (jobs.isEmpty()) {
      callbacks.requests().onCompleted();
    } else {
      callbacks.requests().cancel("no longer wanted", null);
    }
  }

  private static final class Callbacks
      implements ClientResponseObserver<EncodeRequest, EncodeResponse> {
    private final EncodeStream stream;
    private final Mailbox mailbox;
    private volatile @Nullable ClientCallStreamObserver<EncodeRequest> requests;

    Callbacks(EncodeStream stream, Mailbox mailbox) {
      this.stream = stream;
      this.mailbox = mailbox;
    }

    ClientCallStreamObserver<EncodeRequest> requests() {
      return Objects.requireNonNull(requests, "set before the call starts");
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<EncodeRequest> observer) {
      requests = observer;
      observer.disableAutoRequestWithInitial(READ_AHEAD);
    }

    @Override
    public void onNext(EncodeResponse response) {
      mailbox.post(new CallEvent.Encoded(stream, response.getChunk()));
    }

    @Override
    public void onError(Throwable failure) {
      mailbox.post(new CallEvent.EncoderEnded(stream, failure));
    }

    @Override
    public void onCompleted() {
      mailbox.post(new CallEvent.EncoderEnded(stream, null));
    }
  }
}
