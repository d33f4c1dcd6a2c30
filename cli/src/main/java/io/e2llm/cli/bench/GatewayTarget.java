package io.e2llm.cli.bench;

import io.e2llm.cli.answer.Messages;
import io.e2llm.cli.context.ContextPieces;
import io.e2llm.cli.tiers.GatewayAccess;
import io.e2llm.gateway.v1.ContextPiece;
import io.e2llm.gateway.v1.GatewayServiceGrpc;
import io.e2llm.gateway.v1.GenerateRequest;
import io.e2llm.gateway.v1.GenerateSettings;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** Asks a gateway of this system. */
final class GatewayTarget implements BenchTarget {
  private final GatewayAccess gateway;
  private final String name;
  private final GenerateSettings settings;
  private final Duration timeout;

  /**
   * A gateway.
   *
   * @param gateway closed with this
   * @param settings of each answer, but for the number of tokens
   * @param timeout how long an answer may take
   */
  GatewayTarget(GatewayAccess gateway, String name, GenerateSettings settings, Duration timeout) {
    this.gateway = gateway;
    this.name = name;
    this.settings = settings;
    this.timeout = timeout;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Outcome ask(PlannedRequest request) throws InterruptedException {
    GatewayAnswer answer = new GatewayAnswer(gateway);
    StreamObserver<GenerateRequest> call =
        GatewayServiceGrpc.newStub(gateway.channel())
            .withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS)
            .generate(answer);
    call.onNext(
        GenerateRequest.newBuilder()
            .setSettings(settings.toBuilder().setMaxTokens(request.outputTokens()))
            .setContextCodePoints(request.context().codePointCount(0, request.context().length()))
            .build());
    send(call, request);
    call.onNext(
        GenerateRequest.newBuilder().addMessages(Messages.user(request.question())).build());
    call.onCompleted();
    try {
      return answer.outcome().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("an answer always has an outcome", e);
    } catch (InterruptedException e) {
      answer.cancel();
      throw e;
    }
  }

  /** The text is in memory already, so what gRPC holds back costs a copy and no more. */
  private static void send(StreamObserver<GenerateRequest> call, PlannedRequest request) {
    for (ContextPiece piece :
        ContextPieces.of("document " + request.document(), request.context())) {
      call.onNext(GenerateRequest.newBuilder().addContext(piece).build());
    }
  }

  @Override
  public void close() {
    gateway.close();
  }
}
