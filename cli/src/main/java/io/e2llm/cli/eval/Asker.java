package io.e2llm.cli.eval;

import io.e2llm.cli.CommandFailure;
import io.e2llm.cli.tiers.GatewayAccess;
import io.e2llm.common.error.Reason;
import io.e2llm.common.error.StatusMapping;
import io.e2llm.gateway.v1.GenerateSettings;
import io.grpc.Status;
import io.grpc.StatusException;
import java.util.Optional;
import java.util.stream.IntStream;

/** Asks one question in one way. Thread-safe. */
public final class Asker {
  private final AskedTiers tiers;

  /** Asks these tiers, which stay the caller's. */
  public Asker(AskedTiers tiers) {
    this.tiers = tiers;
  }

  /**
   * Makes the decoder give an answer, to hear how likely it is.
   *
   * @param context may be empty
   * @param right the answer's ids, the end token included
   * @return empty where the context does not fit the window
   */
  Optional<Reply> force(Arm arm, String context, String question, int[] right)
      throws InterruptedException {
    GenerateSettings.Builder settings =
        GenerateSettings.newBuilder()
            .setMaxTokens(right.length)
            .addAllForcedIds(IntStream.of(right).boxed().toList())
            .setLogProbabilities(true)
            .setIgnoreEndTokens(true);
    return ask(arm, settings, context, question);
  }

  /**
   * Lets the decoder answer, its likeliest token each time.
   *
   * @param context may be empty
   * @param tokens most of the answer
   * @return empty where the context does not fit the window
   */
  public Optional<Reply> answer(Arm arm, String context, String question, int tokens)
      throws InterruptedException {
    return ask(arm, GenerateSettings.newBuilder().setMaxTokens(tokens), context, question);
  }

  private Optional<Reply> ask(
      Arm arm, GenerateSettings.Builder settings, String context, String question)
      throws InterruptedException {
    GatewayAccess gateway = tiers.gateway(arm);
    try {
      return Optional.of(
          new AskedCall(gateway.channel())
              .run(settings.setContextMode(arm.mode()).build(), context, question));
    } catch (StatusException e) {
      Optional<Reason> reason = StatusMapping.reason(e);
      if (reason.equals(Optional.of(Reason.CONTEXT_TOO_LONG))) {
        return Optional.empty();
      }
      boolean unreachable = reason.isEmpty() && e.getStatus().getCode() == Status.Code.UNAVAILABLE;
      throw CommandFailure.failed(
          arm.label()
              + ": "
              + (unreachable ? gateway.unreachable(e) : e.getStatus().getDescription()));
    }
  }
}
