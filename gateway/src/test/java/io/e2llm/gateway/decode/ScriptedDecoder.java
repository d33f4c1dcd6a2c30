package io.e2llm.gateway.decode;

import io.e2llm.common.client.Endpoint;
import io.e2llm.decoder.v1.DecoderServiceGrpc.DecoderServiceImplBase;
import io.e2llm.decoder.v1.FinishReason;
import io.e2llm.decoder.v1.GenerateRequest;
import io.e2llm.decoder.v1.GenerateResponse;
import io.e2llm.decoder.v1.GenerateStart;
import io.e2llm.decoder.v1.GenerationEnd;
import io.e2llm.decoder.v1.TokenEvent;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * A decoder that counts: token ids are 100, 101, … by position, six in all; told so, it fails
 * instead of the token at a certain position.
 */
final class ScriptedDecoder extends DecoderServiceImplBase implements AutoCloseable {
  static final int TOKENS = 6;

  final List<GenerateRequest> heard = new CopyOnWriteArrayList<>();
  private final Server server;
  private final ManagedChannel channel;
  private final String name;
  private final int failsAt;
  private final @Nullable Throwable failure;

  ScriptedDecoder(String name, int failsAt, @Nullable Throwable failure) throws IOException {
    this.name = name + "-" + System.identityHashCode(this);
    this.failsAt = failsAt;
    this.failure = failure;
    server =
        InProcessServerBuilder.forName(this.name).directExecutor().addService(this).build().start();
    channel = InProcessChannelBuilder.forName(this.name).directExecutor().build();
  }

  Endpoint endpoint() {
    return new Endpoint(name, channel);
  }

  GenerateStart start() {
    return heard.get(0).getStart();
  }

  @Override
  public StreamObserver<GenerateRequest> generate(StreamObserver<GenerateResponse> responses) {
    return new StreamObserver<>() {
      @Override
      public void onNext(GenerateRequest request) {
        heard.add(request);
      }

      @Override
      public void onError(Throwable t) {}

      @Override
      public void onCompleted() {
        answer(responses);
      }
    };
  }

  private void answer(StreamObserver<GenerateResponse> responses) {
    for (int position = start().getGeneratedIdsCount(); position < TOKENS; position++) {
      if (failure != null && position == failsAt) {
        responses.onError(failure);
        return;
      }
      responses.onNext(
          GenerateResponse.newBuilder()
              .setToken(TokenEvent.newBuilder().setId(100 + position).setPosition(position))
              .build());
    }
    responses.onNext(
        GenerateResponse.newBuilder()
            .setEnd(
                GenerationEnd.newBuilder()
                    .setFinishReason(FinishReason.FINISH_REASON_LENGTH)
                    .setCompletionTokens(TOKENS))
            .build());
    responses.onCompleted();
  }

  @Override
  public void close() {
    channel.shutdownNow();
    server.shutdownNow();
  }
}
