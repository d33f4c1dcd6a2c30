package io.e2llm.common.server;

import io.e2llm.encoder.v1.EncodeRequest;
import io.e2llm.encoder.v1.EncodeResponse;
import io.e2llm.encoder.v1.EncodedChunk;
import io.e2llm.encoder.v1.EncoderServiceGrpc;
import io.e2llm.encoder.v1.GetEncoderRequest;
import io.e2llm.encoder.v1.GetEncoderResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/** A service that does what a test says; its stream answers each message and knows its end. */
final class ScriptedEncoder extends EncoderServiceGrpc.EncoderServiceImplBase {
  final CountDownLatch cancelled = new CountDownLatch(1);
  volatile Consumer<StreamObserver<GetEncoderResponse>> onGet =
      out -> {
        out.onNext(GetEncoderResponse.getDefaultInstance());
        out.onCompleted();
      };

  @Override
  public void getEncoder(GetEncoderRequest request, StreamObserver<GetEncoderResponse> out) {
    onGet.accept(out);
  }

  @Override
  public StreamObserver<EncodeRequest> encode(StreamObserver<EncodeResponse> out) {
    ((ServerCallStreamObserver<EncodeResponse>) out).setOnCancelHandler(cancelled::countDown);
    return new StreamObserver<>() {
      @Override
      public void onNext(EncodeRequest request) {
        if (!request.hasChunk()) {
          throw new IllegalStateException("no chunk from 10.1.2.3");
        }
        EncodedChunk chunk = EncodedChunk.newBuilder().setTag(request.getChunk().getTag()).build();
        out.onNext(EncodeResponse.newBuilder().setChunk(chunk).build());
      }

      @Override
      public void onError(Throwable failure) {}

      @Override
      public void onCompleted() {
        out.onCompleted();
      }
    };
  }
}
