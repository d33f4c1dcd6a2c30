package io.e2llm.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.e2llm.common.client.ClientSettings;
import io.e2llm.common.client.Endpoints;
import io.e2llm.common.config.ConfigInput;
import io.e2llm.common.config.ConfigLoader;
import io.e2llm.common.metrics.TierMetrics;
import io.e2llm.common.server.ListenSettings;
import io.e2llm.common.server.TierServer;
import io.e2llm.common.server.TierServerBuilder;
import io.e2llm.gateway.documents.Documents;
import io.grpc.BindableService;
import io.grpc.ManagedChannel;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.stub.BlockingClientCall;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The gateway's health while tiers on loopback come and go. */
@Timeout(300)
final class ReadinessOverNetworkTest {
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();

  @AfterEach
  void stop() throws Exception {
    while (!parts.isEmpty()) {
      parts.pop().close();
    }
  }

  @Test
  void health_followsTheTiers() throws Exception {
    TierServer encoder = start(listening("encoder", keep(new FakeEncoder("", false))));
    TierServer decoder =
        start(listening("decoder", keep(new FakeDecoder("", 600))).startsUnready());
    GatewayTier tier =
        keep(
            new GatewayTier(
                connect(encoder),
                connect(decoder),
                GatewaySettings.defaults(),
                Documents.none(),
                new PrometheusRegistry()));
    TierServer gateway =
        start(
            TierServer.builder("gateway", TierMetrics.unread("gateway"))
                .service(tier.services().getFirst())
                .inProcess("readiness")
                .startsUnready());
    ManagedChannel channel = InProcessChannelBuilder.forName("readiness").build();
    parts.push(channel::shutdownNow);
    BlockingClientCall<?, HealthCheckResponse> watch =
        HealthGrpc.newBlockingV2Stub(channel).watch(HealthCheckRequest.getDefaultInstance());
    assertEquals(ServingStatus.NOT_SERVING, watch.read().getStatus());
    tier.onReadiness(gateway::serving);
    decoder.serving(true);
    assertEquals(ServingStatus.SERVING, watch.read().getStatus());
    decoder.serving(false);
    assertEquals(ServingStatus.NOT_SERVING, watch.read().getStatus());
    decoder.serving(true);
    assertEquals(ServingStatus.SERVING, watch.read().getStatus());
    encoder.close();
    assertEquals(ServingStatus.NOT_SERVING, watch.read().getStatus());
    watch.cancel("seen", null);
  }

  private static TierServerBuilder listening(String tier, BindableService service) {
    return TierServer.builder(tier, TierMetrics.unread(tier))
        .service(service)
        .listen(ListenSettings.loopback(0));
  }

  private Endpoints connect(TierServer server) {
    Map<String, String> settings =
        Map.of("endpoints", "127.0.0.1:" + server.port(), "refresh", "100ms");
    return keep(ConfigLoader.load(ClientSettings.class, ConfigInput.of(settings)).connect());
  }

  private TierServer start(TierServerBuilder builder) {
    return keep(builder.start());
  }

  private <T extends AutoCloseable> T keep(T part) {
    parts.push(part);
    return part;
  }
}
