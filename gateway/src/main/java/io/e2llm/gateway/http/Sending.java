package io.e2llm.gateway.http;

import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;

/** Sends on calls that may have ended: of the reason, reading tells. */
public final class Sending {
  private Sending() {}

  /** Sends a message; false when the call has ended. */
  public static <T> boolean write(BlockingClientCall<T, ?> call, T message)
      throws InterruptedException {
    try {
      return call.write(message);
    } catch (StatusException | IllegalStateException ended) {
      return false;
    }
  }

  /** Says that nothing follows, unless the call has ended. */
  public static void halfClose(BlockingClientCall<?, ?> call) {
    try {
      call.halfClose();
    } catch (IllegalStateException ended) {
      // reading tells the reason
    }
  }
}
