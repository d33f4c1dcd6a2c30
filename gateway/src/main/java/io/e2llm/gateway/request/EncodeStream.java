package io.e2llm.gateway.request;

import io.e2llm.common.client.Endpoint;
import io.e2llm.encoder.v1.EncodeRequest;
import io.e2llm.encoder.v1.EncodeResponse;
import io.e2llm.encoder.v1.EncodeStart;
import io.e2llm.encoder.v1.EncoderServiceGrpc;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The one stream between a request and an encoder. The request's thread owns it; callbacks only
 * post to the mailbox. A result is asked for only as earlier ones are taken.
 */
public final class EncodeStream {
  private final Endpoint endpoint;
  private final Map<Long, EncodeJob> jobs = new LinkedHashMap<>();
  private final TierCallbacks<EncodeRequest, EncodeResponse> callbacks;

  private EncodeStream(Endpoint endpoint, Mailbox mailbox) {
    this.endpoint = endpoint;
    this.callbacks =
        new TierCallbacks<>(
            mailbox,
            event -> new CallEvent.Encoded(this, event.getChunk()),
            failure -> new CallEvent.EncoderEnded(this, failure));
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
}
