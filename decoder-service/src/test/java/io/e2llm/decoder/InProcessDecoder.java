package io.e2llm.decoder;

import io.e2llm.common.config.DataSize;
import io.e2llm.decoder.v1.DecoderServiceGrpc;
import io.e2llm.decoder.v1.DecoderServiceGrpc.DecoderServiceBlockingStub;
import io.e2llm.decoder.v1.DecoderServiceGrpc.DecoderServiceStub;
import io.e2llm.engine.decoder.DecoderModel;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A decoder tier behind real gRPC within the process. */
public final class InProcessDecoder implements AutoCloseable {
  public final DecoderTier tier;
  public final PrometheusRegistry registry = new PrometheusRegistry();

  private final Server server;
  private final ManagedChannel channel;

  public InProcessDecoder(DecoderModel model) throws IOException {
    this(model, settings(Duration.ofSeconds(20), Duration.ofSeconds(20)));
  }

  public InProcessDecoder(DecoderModel model, DecoderSettings settings) throws IOException {
    tier = new DecoderTier(model, settings, registry);
    tier.start();
    String name = InProcessServerBuilder.generateName();
    server = InProcessServerBuilder.forName(name).addService(tier.service()).build().start();
    channel = InProcessChannelBuilder.forName(name).build();
  }

  static DecoderSettings settings(Duration slowReader, Duration slowWriter) {
    return new DecoderSettings(
        new DataSize(1L << 30),
        true,
        new DataSize(1 << 20),
        8,
        1_000,
        512,
        8,
        slowReader,
        slowWriter);
  }

  public DecoderServiceStub stub() {
    return DecoderServiceGrpc.newStub(channel);
  }

  public DecoderServiceBlockingStub blocking() {
    return DecoderServiceGrpc.newBlockingStub(channel);
  }

  @Override
  public void close() {
    tier.close();
    channel.shutdownNow();
    server.shutdownNow();
    try {
      if (!channel.awaitTermination(10, TimeUnit.SECONDS)
          || !server.awaitTermination(10, TimeUnit.SECONDS)) {
        throw new AssertionError("the server does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
