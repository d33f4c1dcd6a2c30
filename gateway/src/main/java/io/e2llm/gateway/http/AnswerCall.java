package io.e2llm.gateway.http;

import io.e2llm.common.error.Reason;
import io.e2llm.common.error.ServingException;
import io.e2llm.gateway.v1.ContextPiece;
import io.e2llm.gateway.v1.GatewayServiceGrpc;
import io.e2llm.gateway.v1.GenerateRequest;
import io.e2llm.gateway.v1.GenerateResponse;
import io.grpc.Channel;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import org.jspecify.annotations.Nullable;

/**
 * One answer, asked for as any client over gRPC asks: so limits, deadlines, errors and metrics are
 * the same. Belongs to one thread, but for {@link #cancel}.
 */
public final class AnswerCall implements AutoCloseable {
  private static final int PIECE = 1 << 18;

  private final BlockingClientCall<GenerateRequest, GenerateResponse> call;

  /** A call to the gateway behind this channel. */
  public AnswerCall(Channel gateway) {
    call = GatewayServiceGrpc.newBlockingV2Stub(gateway).generate();
  }

  /**
   * Sends all of a request.
   *
   * @param first settings and system messages
   * @param context pieces of it, of any length
   * @param last the conversation
   */
  public void send(GenerateRequest first, Iterable<ContextPiece> context, GenerateRequest last)
      throws InterruptedException {
    boolean open = Sending.write(call, first);
    for (ContextPiece piece : context) {
      if (piece.getStored()) {
        open = Sending.write(call, GenerateRequest.newBuilder().addContext(piece).build());
        continue;
      }
      String text = piece.getText();
      for (int from = 0; open && from < text.length(); ) {
        int to = Math.min(text.length(), from + PIECE);
        if (to < text.length() && Character.isHighSurrogate(text.charAt(to - 1))) {
          to--;
        }
        ContextPiece part = piece.toBuilder().setText(text.substring(from, to)).build();
        open = Sending.write(call, GenerateRequest.newBuilder().addContext(part).build());
        from = to;
      }
    }
    if (open && Sending.write(call, last)) {
      Sending.halfClose(call);
    }
  }

  /**
   * The next event; null after the last.
   *
   * @throws HttpFailure when the answer failed
   */
  public @Nullable GenerateResponse next() throws InterruptedException {
    try {
      return call.read();
    } catch (StatusException failure) {
      throw HttpFailure.of(failure);
    }
  }

  /** The next event, which has to come. */
  public GenerateResponse event() throws InterruptedException {
    GenerateResponse event = next();
    if (event == null) {
      throw HttpFailure.of(new ServingException(Reason.INTERNAL, "the answer has no end"));
    }
    return event;
  }

  /** Ends the generation everywhere. Any thread. */
  public void cancel() {
    call.cancel("the client is gone", null);
  }

  @Override
  public void close() {
    call.cancel("done", null);
  }
}
