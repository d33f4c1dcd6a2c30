package io.e2llm.cli.bench;

import io.e2llm.cli.answer.AnswerSummary;
import io.e2llm.cli.tiers.GatewayAccess;
import io.e2llm.common.error.StatusMapping;
import io.e2llm.gateway.v1.End;
import io.e2llm.gateway.v1.GenerateRequest;
import io.e2llm.gateway.v1.GenerateResponse;
import io.e2llm.gateway.v1.Usage;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One answer of a gateway as it comes; told by one thread of gRPC's at a time. */
final class GatewayAnswer implements ClientResponseObserver<GenerateRequest, GenerateResponse> {
  private final GatewayAccess gateway;
  private final TokenClock clock = new TokenClock();
  private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
  private @Nullable End end;
  private volatile @Nullable ClientCallStreamObserver<GenerateRequest> call;

  GatewayAnswer(GatewayAccess gateway) {
    this.gateway = gateway;
  }

  /** How it ended; never completes exceptionally. */
  CompletableFuture<Outcome> outcome() {
    return outcome;
  }

  /** Gives up; any thread. */
  void cancel() {
    ClientCallStreamObserver<GenerateRequest> begun = call;
    if (begun != null) {
      begun.cancel("given up", null);
    }
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<GenerateRequest> begun) {
    call = begun;
  }

  @Override
  public void onNext(GenerateResponse event) {
    switch (event.getKindCase()) {
      case TOKEN -> clock.token();
      case END -> end = event.getEnd();
      case PROGRESS, KIND_NOT_SET -> {}
    }
  }

  @Override
  public void onError(Throwable failure) {
    Status status = Status.fromThrowable(failure);
    String reason =
        StatusMapping.reason(failure).map(Enum::name).orElseGet(() -> status.getCode().name());
    String detail =
        status.getCode() == Status.Code.UNAVAILABLE && StatusMapping.reason(failure).isEmpty()
            ? gateway.unreachable(failure)
            : String.valueOf(status.getDescription());
    outcome.complete(new Outcome.Failed(reason, detail));
  }

  @Override
  public void onCompleted() {
    End told = end;
    if (told == null) {
      outcome.complete(new Outcome.Failed("ended early", "the answer ended without an end event"));
    } else if (clock.events() == 0) {
      outcome.complete(new Outcome.Failed("no tokens", "the answer has no token"));
    } else {
      outcome.complete(
          new Outcome.Answered(clock.sentNanos(), clock.times(0), System.nanoTime(), usage(told)));
    }
  }

  private static Map<String, Object> usage(End end) {
    Usage usage = end.getUsage();
    Map<String, Object> told = new LinkedHashMap<>();
    told.put("mode", AnswerSummary.mode(end.getContextMode()));
    told.put("encoder_tokens", (int) usage.getContextTokens());
    told.put("chunks", usage.getChunks());
    told.put("cached_chunks", usage.getCachedChunks());
    told.put("dropped_chunks", usage.getDroppedChunks());
    told.put("ratio", usage.getRatio());
    told.put("soft_tokens", usage.getSoftTokens());
    told.put("prompt_tokens", usage.getPromptTokens());
    told.put("completion_tokens", usage.getCompletionTokens());
    told.put("encode_ms", end.getTimings().getEncodeMicros() / 1000.0);
    return told;
  }
}
