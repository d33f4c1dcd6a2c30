package io.e2llm.decoder.call;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.e2llm.common.flow.OutboundQueue;
import io.e2llm.decoder.scheduling.GenerationRequest;
import io.e2llm.decoder.scheduling.Scheduler;
import io.e2llm.decoder.scheduling.SchedulerLimits;
import io.e2llm.decoder.soft.SoftPromptStore;
import io.e2llm.decoder.v1.DecoderInfo;
import io.e2llm.decoder.v1.DecoderServiceGrpc.DecoderServiceImplBase;
import io.e2llm.decoder.v1.GenerateRequest;
import io.e2llm.decoder.v1.GenerateResponse;
import io.e2llm.decoder.v1.GetDecoderRequest;
import io.e2llm.decoder.v1.GetDecoderResponse;
import io.e2llm.decoder.v1.GetTokenizerRequest;
import io.e2llm.decoder.v1.GetTokenizerResponse;
import io.e2llm.engine.chat.ChatTemplate;
import io.e2llm.engine.decoder.DecoderDescription;
import io.e2llm.engine.decoder.DecoderModel;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The decoder's gRPC service. Thread-safe. */
public final class DecoderCalls extends DecoderServiceImplBase {
  private static final int PIECE_BYTES = 256 * 1024;

  private final DecoderModel model;
  private final Scheduler scheduler;
  private final SchedulerLimits limits;
  private final LongSupplier nanoTime;
  private final StartFields fields;
  private final SoftPromptStore store;

  /**
   * The service over {@code model}.
   *
   * @param scheduler runs the generations
   * @param limits the scheduler's
   * @param store holds soft prompts of earlier generations
   * @param nanoTime the scheduler's clock
   * @param seeds where seeds come from that clients do not name; called by many threads
   */
  public DecoderCalls(
      DecoderModel model,
      Scheduler scheduler,
      SchedulerLimits limits,
      SoftPromptStore store,
      LongSupplier nanoTime,
      LongSupplier seeds) {
    this.model = model;
    this.scheduler = scheduler;
    this.limits = limits;
    this.store = store;
    this.nanoTime = nanoTime;
    fields = new StartFields(model.description(), seeds);
  }

  @Override
  public StreamObserver<GenerateRequest> generate(StreamObserver<GenerateResponse> responses) {
    var out = (ServerCallStreamObserver<GenerateResponse>) responses;
    @Nullable Deadline deadline = Context.current().getDeadline();
    LongSupplier deadlineNanos =
        () ->
            deadline == null
                ? GenerationRequest.NO_DEADLINE
                : nanoTime.getAsLong() + deadline.timeRemaining(TimeUnit.NANOSECONDS);
    // The scheduler pauses by itself, an event after its bound at the latest.
    OutboundQueue<GenerateResponse> outbox = new OutboundQueue<>(out, nanoTime);
    GenerateCall call =
        new GenerateCall(model, scheduler, fields, store, deadlineNanos, out, outbox);
    call.begin();
    return call;
  }

  @Override
  public void getDecoder(GetDecoderRequest request, StreamObserver<GetDecoderResponse> responses) {
    DecoderDescription decoder = model.description();
    responses.onNext(
        GetDecoderResponse.newBuilder()
            .setDecoder(
                DecoderInfo.newBuilder()
                    .setModel(decoder.model())
                    .setIdentity(decoder.identity())
                    .setBundleDigest(decoder.bundleDigest())
                    .setPooledWidth(decoder.pooledWidth())
                    .setWindow(decoder.window())
                    .setVocabulary(decoder.vocabulary())
                    .setPrecision(decoder.precision())
                    .setKvTokens(limits.kvTokens())
                    .setTakesOffers(true))
            .build());
    responses.onCompleted();
  }

  @Override
  public void getTokenizer(
      GetTokenizerRequest request, StreamObserver<GetTokenizerResponse> responses) {
    var out = (ServerCallStreamObserver<GetTokenizerResponse>) responses;
    ByteString json = UnsafeByteOperations.unsafeWrap(model.tokenizer().json());
    OutboundQueue<GetTokenizerResponse> outbox = new OutboundQueue<>(out, nanoTime);
    out.setOnReadyHandler(outbox::drain);
    out.setOnCancelHandler(outbox::drain);
    GetTokenizerResponse.Builder piece = GetTokenizerResponse.newBuilder();
    model.chatTemplate().ifPresent(template -> describe(template, piece));
    int at = 0;
    do {
      int end = Math.min(json.size(), at + PIECE_BYTES);
      outbox.offer(piece.setTokenizerJson(json.substring(at, end)).build());
      piece.clear();
      at = end;
    } while (at < json.size());
    outbox.complete();
  }

  private static void describe(ChatTemplate template, GetTokenizerResponse.Builder piece) {
    piece
        .setChatTemplate(template.source())
        .setBosToken(template.bosToken())
        .setEosToken(template.eosToken());
  }
}
