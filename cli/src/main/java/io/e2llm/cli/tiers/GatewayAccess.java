package io.e2llm.cli.tiers;

import io.grpc.Channel;

/** A way to a gateway. */
public interface GatewayAccess extends AutoCloseable {
  /** The channel to it; any thread. */
  Channel channel();

  /** One line about a call that did not reach it. */
  String unreachable(Throwable failure);

  /** Ends it, and the tiers behind it if they run in this process. */
  @Override
  void close();
}
