package io.e2llm.encoder;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.e2llm.encoder.v1.EncodeRequest;
import io.e2llm.encoder.v1.EncodeResponse;
import io.e2llm.encoder.v1.EncoderInfo;
import io.e2llm.encoder.v1.EncoderServiceGrpc;
import io.e2llm.encoder.v1.GetEncoderRequest;
import io.e2llm.encoder.v1.GetEncoderResponse;
import io.e2llm.encoder.v1.GetTokenizerRequest;
import io.e2llm.encoder.v1.GetTokenizerResponse;
import io.e2llm.engine.encoder.EncoderDescription;
import io.grpc.Context;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** The encoder's contract, on gRPC's threads; what takes time is passed on to the call threads. */
final class EncoderGrpcService extends EncoderServiceGrpc.EncoderServiceImplBase {
  private final CallContext tier;
  private final ActiveCalls calls;
  private final Executor callThreads;
  private final LongSupplier nanoClock;
  private final EncoderInfo info;
  private final ByteString tokenizerJson;

  EncoderGrpcService(
      CallContext tier, ActiveCalls calls, Executor callThreads, LongSupplier nanoClock) {
    this.tier = tier;
    this.calls = calls;
    this.callThreads = callThreads;
    this.nanoClock = nanoClock;
    this.info = info(tier.encoder().description());
    this.tokenizerJson = UnsafeByteOperations.unsafeWrap(tier.encoder().tokenizer().json());
  }

  @Override
  public StreamObserver<EncodeRequest> encode(StreamObserver<EncodeResponse> observer) {
    var responses = (ServerCallStreamObserver<EncodeResponse>) observer;
    responses.disableAutoRequest();
    EncodeCall call =
        new EncodeCall(tier, responses, new CallSequence(callThreads), deadline(), calls);
    responses.setOnReadyHandler(call::ready);
    responses.setOnCancelHandler(call::cancelled);
    call.begin();
    return new Requests(call);
  }

  @Override
  public void getEncoder(GetEncoderRequest request, StreamObserver<GetEncoderResponse> observer) {
    observer.onNext(GetEncoderResponse.newBuilder().setEncoder(info).build());
    observer.onCompleted();
  }

  @Override
  public void getTokenizer(
      GetTokenizerRequest request, StreamObserver<GetTokenizerResponse> observer) {
    new TokenizerCall((ServerCallStreamObserver<GetTokenizerResponse>) observer, tokenizerJson)
        .begin();
  }

  private Deadline deadline() {
    io.grpc.Deadline given = Context.current().getDeadline();
    return given == null
        ? Deadline.NONE
        : Deadline.in(given.timeRemaining(TimeUnit.NANOSECONDS), nanoClock.getAsLong());
  }

  private static EncoderInfo info(EncoderDescription encoder) {
    return EncoderInfo.newBuilder()
        .setModel(encoder.model())
        .setIdentity(encoder.identity())
        .setBundleDigest(encoder.bundleDigest())
        .setBundleTrained(encoder.bundleTrained())
        .addAllRatios(encoder.ratios())
        .setPooledWidth(encoder.pooledWidth())
        .setEmbeddingWidth(encoder.embeddingWidth())
        .setChunkTokens(encoder.chunkTokens())
        .setSpecialTokens(encoder.specialTokens())
        .setPrecision(encoder.precision())
        .setPooling(encoder.pooling())
        .build();
  }

  /** The request side of a call. A client that breaks off is told of by the cancel handler. */
  private record Requests(EncodeCall call) implements StreamObserver<EncodeRequest> {
    @Override
    public void onNext(EncodeRequest request) {
      call.received(request);
    }

    @Override
    public void onError(Throwable failure) {
      call.cancelled();
    }

    @Override
    public void onCompleted() {
      call.halfClosed();
    }
  }
}
