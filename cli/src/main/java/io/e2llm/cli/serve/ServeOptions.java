package io.e2llm.cli.serve;

import io.e2llm.cli.CommandContext;
import io.e2llm.cli.CommandFailure;
import io.e2llm.common.config.ConfigInput;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of a process that serves; each is a setting, and {@code --set} reaches all others. */
final class ServeOptions {
  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      description = "Where to listen; port 0 takes any free one.")
  private @Nullable String listen;

  @Option(
      names = "--metrics",
      paramLabel = "HOST:PORT",
      description = "Where to serve /metrics for Prometheus; \"off\" for nowhere.")
  private @Nullable String metrics;

  @Option(
      names = "--insecure",
      description = "Allow an address beyond loopback without TLS and authentication.")
  private boolean insecure;

  @Mixin private final SettingOptions settings = new SettingOptions();

  /** Whether addresses beyond loopback may lack TLS and authentication. */
  boolean insecure() {
    return insecure;
  }

  /** All sources of settings, with {@code more} of the command's own options. */
  ConfigInput input(CommandContext context, Map<String, String> more) {
    Map<String, String> overrides = new HashMap<>(more);
    if (listen != null) {
      address("--listen", listen, "listen", overrides);
    }
    if (metrics != null && metrics.equals("off")) {
      overrides.put("metrics.enabled", "false");
    } else if (metrics != null) {
      address("--metrics", metrics, "metrics", overrides);
    }
    if (insecure) {
      overrides.put("listen.insecure", "true");
      overrides.put("metrics.insecure", "true");
    }
    return settings.input(context, overrides);
  }

  /** Puts host and port below a key. */
  static void address(String option, String value, String key, Map<String, String> overrides) {
    int colon = value.lastIndexOf(':');
    String host = colon < 1 ? "" : value.substring(0, colon);
    String port = value.substring(colon + 1);
    if (host.isEmpty() || !port.matches("\\d{1,5}") || Integer.parseInt(port) > 65_535) {
      throw CommandFailure.wrongUse(option + " " + value + " is not of the form HOST:PORT");
    }
    overrides.put(
        key + ".host",
        host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host);
    overrides.put(key + ".port", port);
  }
}
