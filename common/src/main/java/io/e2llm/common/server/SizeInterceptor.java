package io.e2llm.common.server;

import com.google.protobuf.MessageLite;
import io.e2llm.common.config.DataSize;
import io.e2llm.common.error.Reason;
import io.e2llm.common.error.ServingException;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;

/**
 * Refuses messages over the limit with their reason. The transport, which knows no reasons, refuses
 * those of more than twice the limit before they are read.
 */
final class SizeInterceptor implements ServerInterceptor {
  private final DataSize limit;

  SizeInterceptor(DataSize limit) {
    this.limit = limit;
  }

  /** The limit of the transport itself. */
  static int transportBytes(DataSize limit) {
    return new DataSize(2 * limit.bytes()).intBytes();
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
      @Override
      public void onMessage(Q message) {
        if (message instanceof MessageLite known && known.getSerializedSize() > limit.bytes()) {
          throw new ServingException(Reason.LIMIT_EXCEEDED, "a message is over " + limit);
        }
        super.onMessage(message);
      }
    };
  }
}
