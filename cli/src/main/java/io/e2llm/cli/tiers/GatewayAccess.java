package io.e2llm.cli.tiers;

import io.grpc.Channel;

/** A way to a gateway. */
public interface GatewayAccess extends AutoCloseable {
  /** The channel to it; any thread. */
  Channel channel();

  /** Where it is, for people. */
  String place();

  /** Ends it, and the tiers behind it if they run in this process. */
  @Override
  void close();
}
