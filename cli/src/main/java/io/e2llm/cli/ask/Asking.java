package io.e2llm.cli.ask;

import io.e2llm.cli.CommandFailure;
import io.e2llm.cli.answer.AnswerCall;
import io.e2llm.cli.answer.AnswerRequest;
import io.e2llm.cli.answer.AnswerScreen;
import io.e2llm.cli.tiers.GatewayAccess;
import io.e2llm.gateway.v1.End;
import io.grpc.Status;
import io.grpc.StatusException;
import java.util.function.Consumer;

/** Asks a gateway and shows the answer. */
final class Asking {
  private Asking() {}

  static End ask(GatewayAccess gateway, AnswerRequest request, AnswerScreen shown)
      throws StatusException, InterruptedException {
    return ask(gateway, request, shown, cancel -> {});
  }

  /**
   * Asks.
   *
   * @param cancellable gets what cancels the call, before it begins
   */
  static End ask(
      GatewayAccess gateway,
      AnswerRequest request,
      AnswerScreen shown,
      Consumer<Runnable> cancellable)
      throws StatusException, InterruptedException {
    AnswerCall call = new AnswerCall(gateway.channel(), request);
    cancellable.accept(call::cancel);
    try {
      return call.run(shown);
    } catch (StatusException e) {
      // A tier's own refusals bring trailers; gRPC's word that it reached nobody brings none.
      if (e.getStatus().getCode() == Status.Code.UNAVAILABLE
          && (e.getTrailers() == null || e.getTrailers().keys().isEmpty())) {
        throw CommandFailure.failed(gateway.unreachable(e));
      }
      if (e.getStatus().getCode() == Status.Code.UNAUTHENTICATED) {
        throw CommandFailure.failed(
            "the gateway wants a token it knows: --token-file or E2LLM_TOKEN");
      }
      throw e;
    } finally {
      shown.end();
    }
  }
}
