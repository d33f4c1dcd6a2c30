package io.e2llm.encoder;

import com.google.protobuf.Any;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import io.e2llm.common.error.ServingException;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;

/** A failure as gRPC tells it: code, message, and the reason in an ErrorInfo. */
final class CallStatus {
  private CallStatus() {}

  static StatusRuntimeException of(ServingException failure) {
    ErrorInfo info =
        ErrorInfo.newBuilder().setReason(failure.reason().name()).setDomain("e2llm.io").build();
    return StatusProto.toStatusRuntimeException(
        com.google.rpc.Status.newBuilder()
            .setCode(Code.forNumber(failure.reason().code().value()).getNumber())
            .setMessage(failure.getMessage())
            .addDetails(Any.pack(info))
            .build());
  }
}
