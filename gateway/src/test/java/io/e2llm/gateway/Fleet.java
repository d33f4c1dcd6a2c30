package io.e2llm.gateway;

import io.e2llm.common.client.Endpoints;
import io.e2llm.common.config.ConfigInput;
import io.e2llm.common.config.ConfigLoader;
import io.e2llm.gateway.v1.GatewayServiceGrpc;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A gateway before fake encoders and decoders, over in-process gRPC. */
final class Fleet implements AutoCloseable {
  private static final AtomicInteger NUMBER = new AtomicInteger();

  final List<FakeEncoder> encoders = new ArrayList<>();
  final List<FakeDecoder> decoders = new ArrayList<>();
  final PrometheusRegistry registry = new PrometheusRegistry();
  final GatewayTier tier;
  private final Server server;
  private final ManagedChannel channel;

  Fleet(List<FakeEncoder> encoders, List<FakeDecoder> decoders, String... settings) {
    this.encoders.addAll(encoders);
    this.decoders.addAll(decoders);
    Map<String, String> overrides = new TreeMap<>();
    overrides.put("tier-patience", "300ms");
    for (String setting : settings) {
      int at = setting.indexOf('=');
      overrides.put(setting.substring(0, at), setting.substring(at + 1));
    }
    tier =
        new GatewayTier(
            Endpoints.fixed(encoders.stream().map(FakeEncoder::endpoint).toList()),
            Endpoints.fixed(decoders.stream().map(FakeDecoder::endpoint).toList()),
            ConfigLoader.load(GatewaySettings.class, ConfigInput.of(overrides)),
            registry);
    String name = "fleet-" + NUMBER.incrementAndGet();
    try {
      server = InProcessServerBuilder.forName(name).addService(tier.service()).build().start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    channel = InProcessChannelBuilder.forName(name).build();
  }

  /** One encoder and one decoder with a bundle, or without one if its digest is empty. */
  static Fleet of(String bundle, boolean trained, int window, String... settings) {
    return new Fleet(
        List.of(new FakeEncoder(bundle, trained)),
        List.of(new FakeDecoder(bundle, window)),
        settings);
  }

  FakeEncoder encoder() {
    return encoders.getFirst();
  }

  FakeDecoder decoder() {
    return decoders.getFirst();
  }

  GatewayServiceGrpc.GatewayServiceStub stub() {
    return GatewayServiceGrpc.newStub(channel);
  }

  GatewayServiceGrpc.GatewayServiceBlockingStub blocking() {
    return GatewayServiceGrpc.newBlockingStub(channel);
  }

  @Override
  public void close() {
    channel.shutdownNow();
    server.shutdownNow();
    tier.close();
    encoders.forEach(FakeEncoder::close);
    decoders.forEach(FakeDecoder::close);
  }
}
