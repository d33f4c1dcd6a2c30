package io.e2llm.gateway.tiers;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.MethodDescriptor;

/** A channel that is never called. */
final class NoChannel extends Channel {
  @Override
  public <A, B> ClientCall<A, B> newCall(MethodDescriptor<A, B> method, CallOptions options) {
    throw new UnsupportedOperationException();
  }

  @Override
  public String authority() {
    return "";
  }
}
