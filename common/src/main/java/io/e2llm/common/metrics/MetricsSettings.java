package io.e2llm.common.metrics;

import io.e2llm.common.config.Setting;
import io.e2llm.common.net.BindAddress;

/**
 * Where metrics are read.
 *
 * @param enabled whether there is such a page
 * @param host name or address to listen on
 * @param port port to listen on; 0 takes any free one
 * @param insecure whether an address other than loopback is allowed; the page has no authentication
 */
public record MetricsSettings(
    @Setting(value = "true", doc = "Serve `/metrics` for Prometheus.") boolean enabled,
    @Setting(value = "127.0.0.1", doc = "Name or address to serve metrics on.") String host,
    @Setting(value = "0", doc = "Port to serve metrics on; 0 takes any free one.") int port,
    @Setting(value = "false", doc = "Serve metrics beyond loopback; they have no authentication.")
        boolean insecure) {
  /** Checks the range. */
  public MetricsSettings {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port is not within 0 to 65535");
    }
  }

  /** What is bound. */
  public BindAddress bindAddress() {
    return new BindAddress("metrics", host, port);
  }
}
