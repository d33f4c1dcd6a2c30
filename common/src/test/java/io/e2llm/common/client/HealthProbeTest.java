package io.e2llm.common.client;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.e2llm.common.metrics.TierMetrics;
import io.e2llm.common.server.TierServer;
import io.grpc.ManagedChannel;
import io.grpc.inprocess.InProcessChannelBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class HealthProbeTest {
  @Test
  void onlyAServerThatServes_isHealthy() {
    TierServer server =
        TierServer.builder("encoder", TierMetrics.unread("encoder")).inProcess("probed").start();
    ManagedChannel channel = InProcessChannelBuilder.forName("probed").build();
    try {
      assertTrue(HealthProbe.serves(channel));
      server.close();
      assertFalse(HealthProbe.serves(channel));
    } finally {
      channel.shutdownNow();
      server.close();
    }
  }
}
