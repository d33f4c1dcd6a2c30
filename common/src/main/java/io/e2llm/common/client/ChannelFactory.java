package io.e2llm.common.client;

import io.grpc.ManagedChannel;
import java.net.InetSocketAddress;

/** Makes a channel to one address. */
@FunctionalInterface
public interface ChannelFactory {
  /**
   * A channel to {@code address} alone.
   *
   * @param target the name it was found under, which TLS certificates are checked against
   */
  ManagedChannel open(Target target, InetSocketAddress address);
}
