package io.e2llm.cli.serve;

import io.e2llm.cli.terminal.Screen;
import io.e2llm.cli.tiers.RunningTiers;
import io.e2llm.common.metrics.MetricsServer;
import io.e2llm.common.metrics.MetricsSettings;
import io.e2llm.common.server.ListenSettings;
import io.e2llm.common.server.TierServer;
import io.e2llm.gateway.http.HttpDoor;
import io.e2llm.gateway.http.HttpSettings;
import java.util.Optional;

/** Tells where a process serves, and waits for its end. */
final class Serving {
  private Serving() {}

  /** The line that says where a tier can be reached. */
  static void tell(Screen screen, String tier, String model, ListenSettings at, TierServer server) {
    screen.line(
        "%s listens on %s:%d%s"
            .formatted(tier, at.host(), server.port(), model.isEmpty() ? "" : " (" + model + ")"));
  }

  /** The line that says where HTTP is spoken. */
  static void tellHttp(Screen screen, HttpSettings settings, Optional<HttpDoor> http) {
    ListenSettings at = settings.listen();
    String scheme = at.certificate().isPresent() ? "https" : "http";
    http.ifPresent(
        door -> screen.line("http on %s://%s:%d".formatted(scheme, at.host(), door.port())));
  }

  /** Serves metrics, and waits for Ctrl-C or SIGTERM. */
  static void untilStopped(Screen screen, RunningTiers tiers, MetricsSettings settings)
      throws InterruptedException {
    Optional<MetricsServer> metrics = tiers.metrics(settings);
    metrics.ifPresent(
        server ->
            screen.line(
                "metrics on http://%s:%d/metrics".formatted(settings.host(), server.port())));
    screen.line("ready; Ctrl-C ends");
    tiers.awaitStopped();
  }
}
