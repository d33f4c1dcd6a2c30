package io.e2llm.decoder.call;

import com.google.protobuf.Any;
import com.google.rpc.ErrorInfo;
import io.e2llm.common.error.ServingException;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;

/** A failure as its gRPC status, with the stable reason in an ErrorInfo. */
final class StatusOf {
  private StatusOf() {}

  static StatusRuntimeException failure(ServingException failure) {
    ErrorInfo info =
        ErrorInfo.newBuilder().setReason(failure.reason().name()).setDomain("e2llm.io").build();
    return StatusProto.toStatusRuntimeException(
        com.google.rpc.Status.newBuilder()
            .setCode(failure.reason().code().value())
            .setMessage(String.valueOf(failure.getMessage()))
            .addDetails(Any.pack(info))
            .build());
  }
}
