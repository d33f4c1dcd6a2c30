package io.e2llm.encoder;

import io.e2llm.encoder.v1.Chunk;
import io.e2llm.encoder.v1.ChunkRole;
import io.e2llm.encoder.v1.EncodeRequest;
import io.e2llm.encoder.v1.EncodeResponse;
import io.e2llm.encoder.v1.EncodeStart;
import io.e2llm.encoder.v1.EncodedChunk;
import io.e2llm.encoder.v1.EncoderServiceGrpc.EncoderServiceStub;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One Encode call of a test, which reads only as many results as it asks for. */
final class EncodeClient implements ClientResponseObserver<EncodeRequest, EncodeResponse> {
  private static final long PATIENCE_SECONDS = 20;

  private final int readAhead;
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private @Nullable ClientCallStreamObserver<EncodeRequest> requests;

  private sealed interface Event {
    record Result(EncodedChunk chunk) implements Event {}

    record Failed(Throwable failure) implements Event {}

    record Completed() implements Event {}
  }

  private EncodeClient(int readAhead) {
    this.readAhead = readAhead;
  }

  /** Opens a call that reads everything. */
  static EncodeClient open(EncoderServiceStub stub) {
    return open(stub, Integer.MAX_VALUE);
  }

  /** Opens a call that reads so many results, then more with {@link #read}. */
  static EncodeClient open(EncoderServiceStub stub, int readAhead) {
    EncodeClient client = new EncodeClient(readAhead);
    var unused = stub.encode(client);
    return client;
  }

  /** Opens a call and sends its start. */
  static EncodeClient started(EncoderServiceStub stub) {
    return open(stub).start("", "");
  }

  EncodeClient start(String identity, String tenant) {
    return send(
        EncodeRequest.newBuilder()
            .setStart(EncodeStart.newBuilder().setIdentity(identity).setTenant(tenant))
            .build());
  }

  EncodeClient chunk(long tag, String text) {
    return chunk(tag, text, 4);
  }

  EncodeClient chunk(long tag, String text, int ratio) {
    return chunk(
        Chunk.newBuilder()
            .setTag(tag)
            .setText(text)
            .setRatio(ratio)
            .setRole(ChunkRole.CHUNK_ROLE_PASSAGE)
            .build());
  }

  EncodeClient chunk(Chunk chunk) {
    return send(EncodeRequest.newBuilder().setChunk(chunk).build());
  }

  EncodeClient send(EncodeRequest request) {
    requests().onNext(request);
    return this;
  }

  EncodeClient halfClose() {
    requests().onCompleted();
    return this;
  }

  void cancel() {
    requests().cancel("test", null);
  }

  /** Reads so many more results. */
  void read(int count) {
    requests().request(count);
  }

  /** The next result. */
  EncodedChunk result() throws InterruptedException {
    Event event = next();
    if (event instanceof Event.Result result) {
      return result.chunk();
    }
    throw new AssertionError("not a result: " + event);
  }

  /** The next {@code count} results in the order they came. */
  List<EncodedChunk> results(int count) throws InterruptedException {
    List<EncodedChunk> results = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      results.add(result());
    }
    return results;
  }

  /** Waits for the end with OK. */
  void completed() throws InterruptedException {
    Event event = next();
    if (!(event instanceof Event.Completed)) {
      throw new AssertionError("not the end: " + event);
    }
  }

  /** Waits for the end with a failure, past any results. */
  Throwable failure() throws InterruptedException {
    for (Event event = next(); ; event = next()) {
      if (event instanceof Event.Failed failed) {
        return failed.failure();
      }
      if (event instanceof Event.Completed) {
        throw new AssertionError("completed instead of failing");
      }
    }
  }

  /** Results that have come and were not taken. */
  int arrived() {
    return events.size();
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<EncodeRequest> stream) {
    requests = stream;
    stream.disableAutoRequestWithInitial(readAhead);
  }

  @Override
  public void onNext(EncodeResponse response) {
    events.add(new Event.Result(response.getChunk()));
  }

  @Override
  public void onError(Throwable failure) {
    events.add(new Event.Failed(failure));
  }

  @Override
  public void onCompleted() {
    events.add(new Event.Completed());
  }

  private Event next() throws InterruptedException {
    Event event = events.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (event == null) {
      throw new AssertionError("nothing came");
    }
    return event;
  }

  private ClientCallStreamObserver<EncodeRequest> requests() {
    if (requests == null) {
      throw new IllegalStateException("not open");
    }
    return requests;
  }
}
