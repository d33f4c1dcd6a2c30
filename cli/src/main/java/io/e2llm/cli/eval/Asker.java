package io.e2llm.cli.eval;

import io.e2llm.cli.CommandFailure;
import io.e2llm.cli.answer.Messages;
import io.e2llm.cli.context.ContextPieces;
import io.e2llm.cli.tiers.GatewayAccess;
import io.e2llm.common.error.Reason;
import io.e2llm.common.error.StatusMapping;
import io.e2llm.gateway.v1.ContextPiece;
import io.e2llm.gateway.v1.End;
import io.e2llm.gateway.v1.GatewayServiceGrpc;
import io.e2llm.gateway.v1.GenerateRequest;
import io.e2llm.gateway.v1.GenerateResponse;
import io.e2llm.gateway.v1.GenerateSettings;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.util.Optional;
import java.util.stream.IntStream;

/** Asks a gateway one question in one way. Thread-safe. */
final class Asker {
  private static final double MICROS = 1000;

  private final GatewayAccess gateway;
  private final int answerTokens;

  /**
   * Asks a gateway.
   *
   * @param answerTokens most tokens of an answer; 0 asks for none
   */
  Asker(GatewayAccess gateway, int answerTokens) {
    this.gateway = gateway;
    this.answerTokens = answerTokens;
  }

  /**
   * Asks.
   *
   * @param context may be empty
   * @param right ids of the right answer, the end token included
   * @return empty where the context does not fit the window
   */
  Optional<Scored> ask(Arm arm, String context, String question, int[] right)
      throws InterruptedException {
    GenerateSettings forced =
        GenerateSettings.newBuilder()
            .setContextMode(arm.mode())
            .setMaxTokens(right.length)
            .addAllForcedIds(IntStream.of(right).boxed().toList())
            .setLogProbabilities(true)
            .setIgnoreEndTokens(true)
            .build();
    try {
      Heard measured = call(forced, context, question);
      Optional<String> answer = Optional.empty();
      if (answerTokens > 0) {
        GenerateSettings free =
            GenerateSettings.newBuilder()
                .setContextMode(arm.mode())
                .setMaxTokens(answerTokens)
                .build();
        answer = Optional.of(call(free, context, question).text());
      }
      End end = measured.end();
      return Optional.of(
          new Scored(
              measured.nats() / right.length,
              answer,
              end.getUsage().getPromptTokens(),
              end.getUsage().getSoftTokens(),
              end.getTimings().getFirstTokenMicros() / MICROS));
    } catch (StatusException e) {
      if (StatusMapping.reason(e).filter(r -> r == Reason.CONTEXT_TOO_LONG).isPresent()) {
        return Optional.empty();
      }
      throw CommandFailure.failed(
          arm.label() + ": " + String.valueOf(e.getStatus().getDescription()));
    }
  }

  /**
   * What came of a call.
   *
   * @param nats the tokens' negative log-likelihoods, added
   */
  private record Heard(String text, double nats, End end) {}

  private Heard call(GenerateSettings settings, String context, String question)
      throws StatusException, InterruptedException {
    BlockingClientCall<GenerateRequest, GenerateResponse> call =
        GatewayServiceGrpc.newBlockingV2Stub(gateway.channel()).generate();
    try {
      boolean open =
          call.write(
              GenerateRequest.newBuilder()
                  .setSettings(settings)
                  .setContextCodePoints(context.codePointCount(0, context.length()))
                  .build());
      for (ContextPiece piece : ContextPieces.of("document", context)) {
        open = open && call.write(GenerateRequest.newBuilder().addContext(piece).build());
      }
      if (open) {
        open =
            call.write(GenerateRequest.newBuilder().addMessages(Messages.user(question)).build());
      }
      if (open) {
        call.halfClose();
      }
      return hear(call);
    } finally {
      call.cancel("done", null);
    }
  }

  private static Heard hear(BlockingClientCall<GenerateRequest, GenerateResponse> call)
      throws StatusException, InterruptedException {
    StringBuilder text = new StringBuilder();
    double nats = 0;
    for (GenerateResponse event = call.read(); event != null; event = call.read()) {
      switch (event.getKindCase()) {
        case TOKEN -> {
          text.append(event.getToken().getText());
          nats -= event.getToken().getLogProbability();
        }
        case END -> {
          text.append(event.getEnd().getText());
          return new Heard(text.toString(), nats, event.getEnd());
        }
        case PROGRESS, KIND_NOT_SET -> {}
      }
    }
    throw CommandFailure.failed("the gateway ended an answer without an end event");
  }
}
