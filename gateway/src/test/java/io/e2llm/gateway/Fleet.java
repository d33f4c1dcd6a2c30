package io.e2llm.gateway;

import io.e2llm.common.config.ConfigInput;
import io.e2llm.common.config.ConfigLoader;
import io.e2llm.gateway.documents.Documents;
import io.e2llm.gateway.v1.GatewayServiceGrpc;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A gateway before fake encoders and decoders, over in-process gRPC. */
final class Fleet implements AutoCloseable {
  private static final AtomicInteger NUMBER = new AtomicInteger();

  final List<FakeEncoder> encoders = new ArrayList<>();
  final List<FakeDecoder> decoders = new ArrayList<>();
  final FakeEndpoints encoderEndpoints;
  final FakeEndpoints decoderEndpoints;
  final PrometheusRegistry registry = new PrometheusRegistry();
  final FakeClock clock = new FakeClock();
  final AtomicInteger messagesTaken = new AtomicInteger();
  final GatewayTier tier;
  private final Server server;
  private final ManagedChannel channel;

  Fleet(List<FakeEncoder> encoders, List<FakeDecoder> decoders, String... settings) {
    this(encoders, decoders, Documents.none(), settings);
  }

  Fleet(
      List<FakeEncoder> encoders,
      List<FakeDecoder> decoders,
      Documents documents,
      String... settings) {
    this.encoders.addAll(encoders);
    this.decoders.addAll(decoders);
    encoderEndpoints = new FakeEndpoints(encoders.stream().map(FakeEncoder::endpoint).toList());
    decoderEndpoints = new FakeEndpoints(decoders.stream().map(FakeDecoder::endpoint).toList());
    Map<String, String> overrides = new TreeMap<>();
    for (String limit : List.of("tier-patience", "slow-reader-timeout", "slow-writer-timeout")) {
      overrides.put(limit, "12h");
    }
    for (String setting : settings) {
      int at = setting.indexOf('=');
      overrides.put(setting.substring(0, at), setting.substring(at + 1));
    }
    tier =
        new GatewayTier(
            encoderEndpoints,
            decoderEndpoints,
            ConfigLoader.load(GatewaySettings.class, ConfigInput.of(overrides)),
            documents,
            registry,
            clock::nanoTime,
            new Random(3)::nextLong);
    String name = "fleet-" + NUMBER.incrementAndGet();
    try {
      InProcessServerBuilder builder = InProcessServerBuilder.forName(name);
      tier.services()
          .forEach(
              service -> builder.addService(ServerInterceptors.intercept(service, new Counting())));
      server = builder.build().start();
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

  /** Counts the messages of clients that the gateway has taken. */
  private final class Counting implements ServerInterceptor {
    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
      return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
        @Override
        public void onMessage(Q message) {
          messagesTaken.incrementAndGet();
          super.onMessage(message);
        }
      };
    }
  }

  /** Lets nobody in any more; returns whether all answers have ended. */
  boolean drained() {
    try {
      return tier.drain(Duration.ZERO);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  FakeEncoder encoder() {
    return encoders.getFirst();
  }

  FakeDecoder decoder() {
    return decoders.getFirst();
  }

  ManagedChannel channel() {
    return channel;
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
