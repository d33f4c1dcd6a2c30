package io.e2llm.cli.tiers;

import io.e2llm.common.lifecycle.StartupException;
import io.e2llm.common.metrics.MetricsServer;
import io.e2llm.common.metrics.MetricsSettings;
import io.e2llm.common.net.BindAddress;
import io.e2llm.common.net.FreePorts;
import io.e2llm.common.server.ListenSettings;
import io.e2llm.common.server.TierServer;
import io.e2llm.gateway.http.HttpSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A tier of this process that will listen.
 *
 * @param tier its name
 * @param settings where and how
 */
public record Listener(String tier, ListenSettings settings) {
  /** The HTTP door, if there is one. */
  public static Stream<Listener> http(HttpSettings settings) {
    return settings.enabled() ? Stream.of(new Listener("http", settings.listen())) : Stream.of();
  }

  /**
   * Checks addresses, certificates and ports, before models are fetched and loaded for them.
   *
   * @throws StartupException when one of the tiers, or the metrics, cannot listen where they should
   */
  public static void check(List<Listener> listeners, MetricsSettings metrics) {
    List<BindAddress> wanted = new ArrayList<>();
    for (Listener listener : listeners) {
      TierServer.check(listener.tier, listener.settings);
      wanted.add(listener.settings.bindAddress(listener.tier));
    }
    if (metrics.enabled()) {
      MetricsServer.check(metrics);
      wanted.add(metrics.bindAddress());
    }
    FreePorts.require(wanted);
  }
}
