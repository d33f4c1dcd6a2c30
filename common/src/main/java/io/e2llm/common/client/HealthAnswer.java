package io.e2llm.common.client;

import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What came of a gRPC health check. */
enum HealthAnswer {
  /** The process serves. */
  SERVING,
  /** It says that it does not serve, knows no health checks, or cannot be connected to. */
  REFUSED,
  /** It is connected and said nothing in time: it may be gone, or have too much to do. */
  SLOW;

  private static final Logger log = LoggerFactory.getLogger(HealthAnswer.class);

  /** Asks the process behind a channel; blocks the caller, for {@code within} at most. */
  static HealthAnswer ask(ManagedChannel channel, Duration within) {
    try {
      ServingStatus status =
          HealthGrpc.newBlockingStub(channel)
              .withDeadlineAfter(within.toMillis(), TimeUnit.MILLISECONDS)
              .check(HealthCheckRequest.getDefaultInstance())
              .getStatus();
      return status == ServingStatus.SERVING ? SERVING : REFUSED;
    } catch (StatusRuntimeException e) {
      log.debug("an endpoint does not answer its health check", e);
      boolean late = e.getStatus().getCode() == Status.Code.DEADLINE_EXCEEDED;
      return late && channel.getState(false) == ConnectivityState.READY ? SLOW : REFUSED;
    }
  }
}
