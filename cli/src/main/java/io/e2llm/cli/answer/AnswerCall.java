package io.e2llm.cli.answer;

import io.e2llm.cli.CommandFailure;
import io.e2llm.cli.context.Document;
import io.e2llm.cli.context.TextPieces;
import io.e2llm.gateway.v1.ContextPiece;
import io.e2llm.gateway.v1.End;
import io.e2llm.gateway.v1.GatewayServiceGrpc;
import io.e2llm.gateway.v1.GenerateRequest;
import io.e2llm.gateway.v1.GenerateResponse;
import io.grpc.Channel;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One call of the gateway. The context is read and sent by a thread of its own, as fast as the
 * gateway takes it, while the asking thread reads what comes back. When the call ends first, that
 * thread is left behind: it may be waiting for standard input, which nothing but its end wakes.
 */
public final class AnswerCall {
  private final BlockingClientCall<GenerateRequest, GenerateResponse> call;
  private final AnswerRequest request;

  /** Begins a call on {@code channel}. */
  public AnswerCall(Channel channel, AnswerRequest request) {
    this.call = GatewayServiceGrpc.newBlockingV2Stub(channel).generate();
    this.request = request;
  }

  /**
   * Runs it to its end, once.
   *
   * @throws StatusException when the gateway refuses or fails
   * @throws CommandFailure when the context cannot be read
   */
  public End run(AnswerListener listener) throws StatusException, InterruptedException {
    CompletableFuture<Void> sent = new CompletableFuture<>();
    Thread sender = Thread.ofVirtual().name("e2llm-send").start(() -> send(sent));
    try {
      return receive(listener);
    } catch (StatusException e) {
      call.cancel("failed", e);
      throwIfContextFailed(sent);
      throw e;
    } finally {
      call.cancel("done", null);
      sender.interrupt();
    }
  }

  /** Gives up; {@link #run} then fails. Any thread. */
  public void cancel() {
    call.cancel("cancelled by the user", null);
  }

  private End receive(AnswerListener listener) throws StatusException, InterruptedException {
    @Nullable End end = null;
    for (@Nullable GenerateResponse event = call.read(); event != null; event = call.read()) {
      switch (event.getKindCase()) {
        case PROGRESS -> listener.progress(event.getProgress());
        case TOKEN -> tell(listener, event.getToken().getText());
        case END -> {
          end = event.getEnd();
          tell(listener, end.getText());
        }
        case KIND_NOT_SET -> {}
      }
    }
    if (end == null) {
      throw CommandFailure.failed("the gateway ended the answer without an end event");
    }
    return end;
  }

  private static void tell(AnswerListener listener, String text) {
    if (!text.isEmpty()) {
      listener.text(text);
    }
  }

  private void send(CompletableFuture<Void> sent) {
    try {
      boolean open =
          call.write(
              GenerateRequest.newBuilder()
                  .setSettings(request.settings())
                  .setContextCodePoints(request.codePoints())
                  .addAllMessages(request.system())
                  .build());
      for (Document document : request.documents()) {
        open = open && send(document);
      }
      if (open
          && call.write(GenerateRequest.newBuilder().addAllMessages(request.messages()).build())) {
        call.halfClose();
      }
    } catch (StatusException | InterruptedException | IllegalStateException e) {
      // A write tells in any of these three ways that the call has ended; the reading side tells
      // why it has.
    } catch (RuntimeException | Error e) {
      sent.completeExceptionally(e);
      call.cancel("the context cannot be sent", e);
    } finally {
      sent.complete(null);
    }
  }

  private boolean send(Document document) throws StatusException, InterruptedException {
    try (TextPieces pieces = TextPieces.open(document)) {
      for (@Nullable String piece = pieces.next(); piece != null; piece = pieces.next()) {
        ContextPiece context =
            ContextPiece.newBuilder().setDocument(document.name()).setText(piece).build();
        if (!call.write(GenerateRequest.newBuilder().addContext(context).build())) {
          return false;
        }
      }
    }
    return true;
  }

  /** The sender tells of its failure before it cancels the call. */
  private static void throwIfContextFailed(CompletableFuture<Void> sent) {
    if (!sent.isCompletedExceptionally()) {
      return;
    }
    switch (sent.exceptionNow()) {
      case RuntimeException failure -> throw failure;
      case Error failure -> throw failure;
      default -> {}
    }
  }
}
