package io.e2llm.common.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
final class PeerTest {
  private final Server server =
      InProcessServerBuilder.forName("peer")
          .addService(new HealthStatusManager().getHealthService())
          .build();
  private final ManagedChannel channel = InProcessChannelBuilder.forName("peer").build();
  private final Peer peer = new Peer("10.0.0.1:7071", channel);

  @BeforeEach
  void start() throws IOException {
    server.start();
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.shutdownNow();
  }

  @Test
  void unknownProcess_getsWorkOnceItServes() {
    assertFalse(peer.serving());
    assertFalse(peer.checked(HealthAnswer.SLOW));
    assertFalse(peer.serving());
    assertTrue(peer.checked(HealthAnswer.SERVING));
    assertTrue(peer.serving());
    assertFalse(peer.checked(HealthAnswer.SERVING));
  }

  @Test
  void refusalOrFailedCall_dropsAtOnce() {
    peer.checked(HealthAnswer.SERVING);
    assertTrue(peer.checked(HealthAnswer.REFUSED));
    assertFalse(peer.serving());
    peer.checked(HealthAnswer.SERVING);
    assertTrue(peer.failed());
    assertFalse(peer.serving());
    assertFalse(peer.failed());
    peer.checked(HealthAnswer.SLOW);
    assertFalse(peer.serving(), "slowness does not bring it back");
  }

  @Test
  void slowness_dropsOnlyAfterSeveralChecksInARow() {
    peer.checked(HealthAnswer.SERVING);
    slow(Peer.SLOW_CHECKS - 1);
    peer.checked(HealthAnswer.SERVING);
    slow(Peer.SLOW_CHECKS - 1);
    assertTrue(peer.checked(HealthAnswer.SLOW));
    assertFalse(peer.serving());
  }

  @Test
  void slowProcessWhoseCallsBringMessages_isKept() {
    peer.checked(HealthAnswer.SERVING);
    for (int i = 0; i < 10; i++) {
      slow(Peer.SLOW_CHECKS - 1);
      assertEquals(
          ServingStatus.SERVING,
          HealthGrpc.newBlockingStub(peer.endpoint().channel())
              .check(HealthCheckRequest.getDefaultInstance())
              .getStatus());
      slow(1);
    }
    slow(Peer.SLOW_CHECKS);
    assertFalse(peer.serving());
  }

  private void slow(int checks) {
    for (int i = 0; i < checks; i++) {
      assertTrue(peer.serving());
      peer.checked(HealthAnswer.SLOW);
    }
  }
}
