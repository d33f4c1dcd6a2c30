package io.e2llm.encoder;

import io.e2llm.encoder.v1.EncoderServiceGrpc;
import io.e2llm.encoder.v1.EncoderServiceGrpc.EncoderServiceBlockingStub;
import io.e2llm.encoder.v1.EncoderServiceGrpc.EncoderServiceStub;
import io.e2llm.engine.encoder.TextEncoder;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/** An encoder tier behind a real in-process server, with a channel to it. */
final class TierFixture implements AutoCloseable {
  final PrometheusRegistry registry = new PrometheusRegistry();
  final EncoderTier tier;
  private final Server server;
  private final ManagedChannel channel;

  TierFixture(TextEncoder encoder, EncoderSettings settings) throws IOException {
    tier = new EncoderTier(encoder, settings, registry, new AtomicLong()::get);
    tier.start();
    String name = InProcessServerBuilder.generateName();
    server = InProcessServerBuilder.forName(name).addService(tier.service()).build().start();
    channel = InProcessChannelBuilder.forName(name).build();
  }

  EncoderServiceStub stub() {
    return EncoderServiceGrpc.newStub(channel);
  }

  EncoderServiceBlockingStub blocking() {
    return EncoderServiceGrpc.newBlockingStub(channel);
  }

  /** The one value of a metric, of a gauge or a counter. */
  double metric(String name) {
    return registry.scrape(prometheusName -> prometheusName.equals(name)).stream()
        .flatMap(snapshot -> snapshot.getDataPoints().stream())
        .mapToDouble(MetricValue::of)
        .sum();
  }

  /** Waits until the metric is at least {@code value}. */
  void await(String name, double value) {
    await(() -> metric(name) >= value, name + " at least " + value);
  }

  /** Waits until {@code condition} holds. */
  static void await(BooleanSupplier condition, String what) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("waited in vain for " + what);
      }
      Thread.onSpinWait();
    }
  }

  @Override
  public void close() {
    channel.shutdownNow();
    tier.close();
    server.shutdownNow();
    try {
      channel.awaitTermination(20, TimeUnit.SECONDS);
      server.awaitTermination(20, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
