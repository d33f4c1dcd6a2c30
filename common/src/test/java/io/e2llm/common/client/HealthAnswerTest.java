package io.e2llm.common.client;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.e2llm.common.metrics.TierMetrics;
import io.e2llm.common.server.TierServer;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc.HealthImplBase;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
final class HealthAnswerTest {
  private static final Duration LONG = Duration.ofMinutes(4);

  @Test
  void onlyAServerThatServes_isServing() {
    TierServer server =
        TierServer.builder("encoder", TierMetrics.unread("encoder")).inProcess("probed").start();
    ManagedChannel channel = InProcessChannelBuilder.forName("probed").build();
    try {
      assertEquals(HealthAnswer.SERVING, HealthAnswer.ask(channel, LONG));
      server.serving(false);
      assertEquals(HealthAnswer.REFUSED, HealthAnswer.ask(channel, LONG));
      server.serving(true);
      assertEquals(HealthAnswer.SERVING, HealthAnswer.ask(channel, LONG));
      server.close();
      assertEquals(HealthAnswer.REFUSED, HealthAnswer.ask(channel, LONG));
    } finally {
      channel.shutdownNow();
      server.close();
    }
  }

  @Test
  void onlyAConnectedServer_isSlow() throws IOException {
    Silent health = new Silent();
    Server server = InProcessServerBuilder.forName("silent").addService(health).build().start();
    ManagedChannel channel = InProcessChannelBuilder.forName("silent").build();
    try {
      assertEquals(HealthAnswer.SERVING, HealthAnswer.ask(channel, LONG));
      health.silent = true;
      assertEquals(HealthAnswer.SLOW, HealthAnswer.ask(channel, Duration.ofMillis(1)));
      server.shutdownNow();
      assertEquals(HealthAnswer.REFUSED, HealthAnswer.ask(channel, LONG));
    } finally {
      channel.shutdownNow();
      server.shutdownNow();
    }
  }

  /** Serves, or says nothing at all. */
  private static final class Silent extends HealthImplBase {
    volatile boolean silent;

    @Override
    public void check(HealthCheckRequest request, StreamObserver<HealthCheckResponse> answer) {
      if (!silent) {
        answer.onNext(HealthCheckResponse.newBuilder().setStatus(ServingStatus.SERVING).build());
        answer.onCompleted();
      }
    }
  }
}
