package io.e2llm.common.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.e2llm.common.lifecycle.StartupException;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
final class MetricsServerTest {
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final TierMetrics metrics = new TierMetrics(registry, "decoder");

  @Test
  void page_hasTheTiersInstruments_andTheJvms() throws Exception {
    metrics.counter("tokens", "Tokens.", "kind").labelValues("prompt").inc(3);
    metrics.gauge("kv", "bytes", "KV.").set(42);
    metrics.observe("queue_age", "seconds", "Age.", () -> 1.5);
    metrics.seconds("step", "Step.").observe(0.02);
    try (MetricsServer server = start(true, "127.0.0.1", 0, false).orElseThrow()) {
      String page = read(server.port());
      assertTrue(page.contains("e2llm_decoder_tokens_total{kind=\"prompt\"} 3.0"), page);
      assertTrue(page.contains("e2llm_decoder_kv_bytes 42.0"), page);
      assertTrue(page.contains("e2llm_decoder_queue_age_seconds 1.5"), page);
      assertTrue(page.contains("e2llm_decoder_step_seconds_bucket{le=\"0.025\"} 1"), page);
      assertTrue(page.contains("jvm_memory_used_bytes"), page);
    }
  }

  @Test
  void switchedOff_thereIsNoServer() {
    assertEquals(Optional.empty(), start(false, "127.0.0.1", 0, false));
  }

  @Test
  void otherThanLoopback_needsToBeInsecure() {
    assertThrows(StartupException.class, () -> start(true, "0.0.0.0", 0, false));
    start(true, "0.0.0.0", 0, true).orElseThrow().close();
  }

  @Test
  void takenPort_isOneLineThatNamesIt() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      StartupException failure =
          assertThrows(
              StartupException.class, () -> start(true, "127.0.0.1", taken.getLocalPort(), false));
      String message = String.valueOf(failure.getMessage());
      assertTrue(message.contains(String.valueOf(taken.getLocalPort())), message);
      assertEquals(1, message.lines().count());
    }
  }

  private Optional<MetricsServer> start(boolean enabled, String host, int port, boolean insecure) {
    return MetricsServer.start(new MetricsSettings(enabled, host, port, insecure), registry);
  }

  private static String read(int port) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client
          .send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics")).build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    }
  }
}
