package io.e2llm.common.metrics;

import io.e2llm.common.lifecycle.StartupException;
import io.e2llm.common.net.BindAddress;
import io.prometheus.metrics.exporter.httpserver.HTTPServer;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;

/** Serves {@code /metrics} in Prometheus's formats, on a port of its own. */
public final class MetricsServer implements AutoCloseable {
  private final HTTPServer server;

  private MetricsServer(HTTPServer server) {
    this.server = server;
  }

  /**
   * Starts it, with the JVM's own metrics registered too; empty when it is switched off.
   *
   * @throws StartupException when the address is not loopback and not explicitly allowed, or cannot
   *     be bound
   */
  public static Optional<MetricsServer> start(
      MetricsSettings settings, PrometheusRegistry registry) {
    if (!settings.enabled()) {
      return Optional.empty();
    }
    check(settings);
    BindAddress bind = settings.bindAddress();
    JvmMetrics.builder().register(registry);
    try {
      return Optional.of(
          new MetricsServer(
              HTTPServer.builder()
                  .inetAddress(bind.resolve().getAddress())
                  .port(settings.port())
                  .registry(registry)
                  .buildAndStart()));
    } catch (IOException taken) {
      throw bind.refusal(taken);
    }
  }

  /**
   * Checks that metrics may be read there.
   *
   * @throws StartupException when the address is not loopback and not explicitly allowed
   */
  public static void check(MetricsSettings settings) {
    InetSocketAddress address = settings.bindAddress().resolve();
    if (!address.getAddress().isLoopbackAddress() && !settings.insecure()) {
      throw new StartupException(
          "metrics on " + settings.host() + " would be open to everybody: needs --insecure");
    }
  }

  /** The port it listens on. */
  public int port() {
    return server.getPort();
  }

  @Override
  public void close() {
    server.close();
  }
}
