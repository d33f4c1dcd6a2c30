package io.e2llm.common.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.e2llm.common.config.ConfigException;
import io.e2llm.common.config.ConfigInput;
import io.e2llm.common.config.ConfigLoader;
import io.e2llm.common.lifecycle.StartupException;
import io.e2llm.common.metrics.TierMetrics;
import io.e2llm.common.server.ListenSettings;
import io.e2llm.common.server.TierServer;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
final class ClientSettingsTest {
  @Test
  void connected_findsAServerOnTheNetwork_andNoticesWhenItIsGone() throws InterruptedException {
    Semaphore changes = new Semaphore(0);
    TierServer server =
        TierServer.builder("encoder", TierMetrics.unread("encoder"))
            .listen(ListenSettings.loopback(0))
            .start();
    ClientSettings settings =
        load(Map.of("endpoints", "127.0.0.1:" + server.port(), "refresh", "100ms"));
    try (Endpoints endpoints = settings.connect()) {
      endpoints.onChange(changes::release);
      while (endpoints.live().isEmpty()) {
        changes.acquire();
      }
      Endpoint found = endpoints.live().get(0);
      assertEquals("127.0.0.1:" + server.port(), found.name());
      assertEquals(
          ServingStatus.SERVING,
          HealthGrpc.newBlockingStub(found.channel())
              .check(HealthCheckRequest.getDefaultInstance())
              .getStatus());
      server.close();
      while (!endpoints.live().isEmpty()) {
        changes.acquire();
      }
    } finally {
      server.close();
    }
  }

  @Test
  void settingsThatDoNotBelongTogether_areRefused() {
    assertProblem("endpoints must be given", Map.of());
    assertProblem("not host:port", Map.of("endpoints", "nowhere"));
    assertProblem("go together", Map.of("endpoints", "a:1", "tls", "true", "certificate", "c.pem"));
    assertProblem("need tls", Map.of("endpoints", "a:1", "ca", "ca.pem"));
    assertProblem("refresh", Map.of("endpoints", "a:1", "refresh", "1ms"));
  }

  @Test
  void unreadableAuthority_isOneLine() {
    ClientSettings settings =
        load(Map.of("endpoints", "a:1", "tls", "true", "ca", "missing/authority.pem"));
    StartupException failure = assertThrows(StartupException.class, settings::connect);
    assertEquals(1, String.valueOf(failure.getMessage()).lines().count());
  }

  @Test
  void plainSettings_equalTheDefaults() {
    assertEquals(ClientSettings.plain(List.of("a:1")), load(Map.of("endpoints", "a:1")));
  }

  private static ClientSettings load(Map<String, String> settings) {
    return ConfigLoader.load(ClientSettings.class, ConfigInput.of(settings));
  }

  private static void assertProblem(String words, Map<String, String> settings) {
    ConfigException failure = assertThrows(ConfigException.class, () -> load(settings));
    assertTrue(failure.problems().get(0).contains(words), failure.problems().toString());
  }
}
