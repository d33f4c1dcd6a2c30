package io.e2llm.cli.eval;

import io.e2llm.cli.CommandFailure;
import io.e2llm.cli.answer.Messages;
import io.e2llm.cli.context.ContextPieces;
import io.e2llm.gateway.v1.ContextPiece;
import io.e2llm.gateway.v1.GatewayServiceGrpc;
import io.e2llm.gateway.v1.GenerateRequest;
import io.e2llm.gateway.v1.GenerateResponse;
import io.e2llm.gateway.v1.GenerateSettings;
import io.grpc.Channel;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;

/**
 * One call of a gateway. A thread of its own sends, as fast as the gateway takes it, while the
 * asking thread reads: a gateway that is not read from ends the call.
 */
final class AskedCall {
  private final BlockingClientCall<GenerateRequest, GenerateResponse> call;

  /** Begins a call. */
  AskedCall(Channel channel) {
    call = GatewayServiceGrpc.newBlockingV2Stub(channel).generate();
  }

  /**
   * Runs it to its end, once.
   *
   * @param context may be empty
   * @throws StatusException when the gateway refuses or fails
   */
  Reply run(GenerateSettings settings, String context, String question)
      throws StatusException, InterruptedException {
    Thread sender =
        Thread.ofVirtual().name("e2llm-send").start(() -> send(settings, context, question));
    try {
      return hear();
    } finally {
      call.cancel("done", null);
      sender.interrupt();
    }
  }

  private void send(GenerateSettings settings, String context, String question) {
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
      if (open
          && call.write(
              GenerateRequest.newBuilder().addMessages(Messages.user(question)).build())) {
        call.halfClose();
      }
    } catch (StatusException | InterruptedException | IllegalStateException e) {
      // A write tells in any of these three ways that the call has ended; the reading side tells
      // why it has.
    }
  }

  private Reply hear() throws StatusException, InterruptedException {
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
          return new Reply(text.toString(), nats, event.getEnd());
        }
        case PROGRESS, KIND_NOT_SET -> {}
      }
    }
    throw CommandFailure.failed("the gateway ended an answer without an end event");
  }
}
