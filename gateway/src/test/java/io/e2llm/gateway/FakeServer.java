package io.e2llm.gateway;

import io.e2llm.common.client.Endpoint;
import io.grpc.BindableService;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.atomic.AtomicInteger;

/** A worker's server within the process, and a channel to it. */
final class FakeServer implements AutoCloseable {
  private static final AtomicInteger NUMBER = new AtomicInteger();

  private final String name;
  private final Server server;
  private final ManagedChannel channel;

  FakeServer(String tier, BindableService service) {
    name = "fake-" + tier + "-" + NUMBER.incrementAndGet();
    try {
      server = InProcessServerBuilder.forName(name).addService(service).build().start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    channel = InProcessChannelBuilder.forName(name).build();
  }

  Endpoint endpoint() {
    return new Endpoint(name, channel);
  }

  /** Stops at once, as a killed process does. */
  void kill() {
    server.shutdownNow();
  }

  @Override
  public void close() {
    channel.shutdownNow();
    server.shutdownNow();
  }
}
