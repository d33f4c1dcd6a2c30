package io.e2llm.common.server;

import io.e2llm.common.lifecycle.StartupException;
import io.e2llm.common.metrics.TierMetrics;
import io.grpc.Server;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A tier's gRPC server, on the network, within the process, or both. Every call is counted, let in
 * only with credentials where such are wanted, and ends with a status of the one error mapping.
 * Health and reflection are served too. Handlers run on virtual threads.
 *
 * <p>Health of the whole server (the empty service name) says whether it wants calls: SERVING once
 * it listens, or, if it was built to start unready, only while its owner says so by {@link
 * #serving}. Health of {@value #LIVENESS} says SERVING as long as the process is not being stopped:
 * for probes that restart what they find dead.
 *
 * <p>{@link #close} drains: health says NOT_SERVING, new calls are refused with reason DRAINING,
 * running ones may end within the drain timeout and are cancelled then; afterwards port and threads
 * are free again.
 */
public final class TierServer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(TierServer.class);
  private static final long END_SECONDS = 5;

  /** Service name under which health says that the process lives, ready or not. */
  public static final String LIVENESS = "liveness";

  private final String tier;
  private final CallGate gate;
  private final HealthStatusManager health;
  private final Optional<NetworkListener> network;
  private final List<Server> servers;
  private final Duration drainTimeout;
  private final boolean startsUnready;
  private final AtomicBoolean closing = new AtomicBoolean();
  private final CountDownLatch closed = new CountDownLatch(1);

  TierServer(
      String tier,
      CallGate gate,
      HealthStatusManager health,
      Optional<NetworkListener> network,
      Optional<Server> inProcess,
      boolean startsUnready) {
    this.tier = tier;
    this.gate = gate;
    this.health = health;
    this.startsUnready = startsUnready;
    this.network = network;
    this.servers = new ArrayList<>();
    network.map(NetworkListener::server).ifPresent(servers::add);
    inProcess.ifPresent(servers::add);
    this.drainTimeout =
        network.map(NetworkListener::drainTimeout).orElse(Duration.ofSeconds(END_SECONDS));
  }

  /** Begins the description of a server of {@code tier}. */
  public static TierServerBuilder builder(String tier, TierMetrics metrics) {
    return new TierServerBuilder(tier, metrics);
  }

  /**
   * Checks settings that a server of {@code tier} is to have, before anything that takes long.
   *
   * @throws StartupException when the address is not loopback and lacks TLS and authentication
   *     without being explicitly insecure, or when a certificate cannot be read
   */
  public static void check(String tier, ListenSettings settings) {
    NetworkListener.check(tier, settings);
  }

  /** Begins to listen; frees what it took when it cannot. */
  TierServer start() {
    health.setStatus(LIVENESS, ServingStatus.SERVING);
    serving(!startsUnready);
    try {
      for (Server server : servers) {
        server.start();
      }
    } catch (IOException failure) {
      servers.forEach(Server::shutdownNow);
      network.ifPresent(NetworkListener::close);
      throw network
          .map(listener -> listener.bindFailure(failure))
          .orElseGet(() -> new StartupException(tier + " cannot start", failure));
    }
    log.info("{} listens{}", tier, network.map(n -> " on port " + n.port()).orElse(" in process"));
    return this;
  }

  /**
   * Lets health say whether this server wants calls; those that come are served either way. Once it
   * drains, nothing changes any more.
   */
  public void serving(boolean ready) {
    health.setStatus(
        HealthStatusManager.SERVICE_NAME_ALL_SERVICES,
        ready ? ServingStatus.SERVING : ServingStatus.NOT_SERVING);
  }

  /** The port it listens on. */
  public int port() {
    return network
        .map(NetworkListener::port)
        .orElseThrow(() -> new IllegalStateException("listens within the process only"));
  }

  /** Calls that have begun and not ended, health checks and reflection left out. */
  public int runningCalls() {
    return gate.running();
  }

  /** Waits until it is closed. */
  public void awaitTermination() throws InterruptedException {
    closed.await();
  }

  @Override
  public void close() {
    drain(drainTimeout);
  }

  /** {@link #close}, with another bound for running calls. */
  public void drain(Duration atMost) {
    if (!closing.compareAndSet(false, true)) {
      return;
    }
    gate.shut();
    health.enterTerminalState();
    try {
      if (!gate.awaitIdle(atMost)) {
        log.warn("{} cancels {} calls that still run", tier, gate.running());
      }
      servers.forEach(Server::shutdownNow);
      for (Server server : servers) {
        server.awaitTermination(END_SECONDS, TimeUnit.SECONDS);
      }
    } catch (InterruptedException hurry) {
      servers.forEach(Server::shutdownNow);
      Thread.currentThread().interrupt();
    } finally {
      network.ifPresent(NetworkListener::close);
      closed.countDown();
    }
  }
}
