package io.e2llm.system;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.ManagedChannel;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.StreamObserver;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Watches the health of a tier, over a connection of its own. */
final class HealthWatch implements AutoCloseable {
  private final ManagedChannel channel;
  private final Map<ServingStatus, CountDownLatch> seen = new EnumMap<>(ServingStatus.class);

  HealthWatch(TierProcess tier) {
    channel = tier.channel();
    for (ServingStatus status : ServingStatus.values()) {
      seen.put(status, new CountDownLatch(1));
    }
    HealthGrpc.newStub(channel)
        .watch(
            HealthCheckRequest.getDefaultInstance(),
            new StreamObserver<>() {
              @Override
              public void onNext(HealthCheckResponse response) {
                latch(response.getStatus()).countDown();
              }

              @Override
              public void onError(Throwable failure) {
                // The process went; a status that did not come is missed by await.
              }

              @Override
              public void onCompleted() {}
            });
  }

  /** Waits until the tier has told this status. */
  void await(ServingStatus status) throws InterruptedException {
    assertTrue(latch(status).await(60, TimeUnit.SECONDS), "health never was " + status);
  }

  private CountDownLatch latch(ServingStatus status) {
    return java.util.Objects.requireNonNull(seen.get(status));
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
