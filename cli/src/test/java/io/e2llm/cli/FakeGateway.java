package io.e2llm.cli;

import io.e2llm.common.metrics.TierMetrics;
import io.e2llm.common.server.ListenSettings;
import io.e2llm.common.server.TierServer;
import io.e2llm.gateway.v1.ContextMode;
import io.e2llm.gateway.v1.End;
import io.e2llm.gateway.v1.FinishReason;
import io.e2llm.gateway.v1.GatewayServiceGrpc;
import io.e2llm.gateway.v1.GenerateRequest;
import io.e2llm.gateway.v1.GenerateResponse;
import io.e2llm.gateway.v1.Progress;
import io.e2llm.gateway.v1.Timings;
import io.e2llm.gateway.v1.Token;
import io.e2llm.gateway.v1.Usage;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/** A gateway on loopback that answers with fixed tokens and remembers what it was sent. */
final class FakeGateway extends GatewayServiceGrpc.GatewayServiceImplBase implements AutoCloseable {
  final List<GenerateRequest> requests = new CopyOnWriteArrayList<>();
  volatile List<String> tokens = List.of(" The", " answer", ".");
  volatile Status refusal = Status.OK;
  volatile boolean refusesAtOnce;
  private final int port;
  private final Runnable stop;

  FakeGateway() throws IOException {
    Server server =
        Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
            .addService(this)
            .build()
            .start();
    port = server.getPort();
    stop = server::shutdownNow;
  }

  /** Behind the server that real tiers have, which maps every failure. */
  FakeGateway(ListenSettings settings) {
    TierServer server =
        TierServer.builder("gateway", new TierMetrics(new PrometheusRegistry(), "gateway"))
            .service(this)
            .listen(settings)
            .start();
    port = server.port();
    stop = () -> server.drain(Duration.ZERO);
  }

  String address() {
    return "127.0.0.1:" + port;
  }

  String context() {
    return requests.stream()
        .flatMap(request -> request.getContextList().stream())
        .map(piece -> piece.getText())
        .collect(Collectors.joining());
  }

  @Override
  public StreamObserver<GenerateRequest> generate(StreamObserver<GenerateResponse> events) {
    return new StreamObserver<>() {
      @Override
      public void onNext(GenerateRequest request) {
        requests.add(request);
        if (refusesAtOnce && requests.size() == 1) {
          events.onError(refusal.asException());
        }
      }

      @Override
      public void onError(Throwable failure) {}

      @Override
      public void onCompleted() {
        if (!refusal.isOk()) {
          if (refusesAtOnce) {
            return;
          }
          events.onError(refusal.asException());
          return;
        }
        answer(events);
      }
    };
  }

  private void answer(StreamObserver<GenerateResponse> events) {
    events.onNext(
        GenerateResponse.newBuilder()
            .setProgress(Progress.newBuilder().setChunksDone(2).setChunksTotal(2))
            .build());
    for (int i = 0; i < tokens.size(); i++) {
      Token token = Token.newBuilder().setPosition(i).setText(tokens.get(i)).build();
      events.onNext(GenerateResponse.newBuilder().setToken(token).build());
    }
    End end =
        End.newBuilder()
            .setFinishReason(FinishReason.FINISH_REASON_END_TOKEN)
            .setContextMode(ContextMode.CONTEXT_MODE_RETRIEVAL)
            .setNotice("no trained bundle is installed")
            .setUsage(
                Usage.newBuilder()
                    .setContextTokens(2431)
                    .setChunks(23)
                    .setCachedChunks(4)
                    .setCompletionTokens(31))
            .setTimings(
                Timings.newBuilder().setFirstTokenMicros(1_250_000).setDecodeMicros(1_000_000))
            .build();
    events.onNext(GenerateResponse.newBuilder().setEnd(end).build());
    events.onCompleted();
  }

  @Override
  public void close() {
    stop.run();
  }
}
