package io.e2llm.common.metrics;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.function.DoubleSupplier;

/**
 * Makes one tier's instruments, all named {@code e2llm_<tier>_<what>_<unit>}, in the process's one
 * registry. Each name can be made once per registry. Thread-safe, and so are the instruments.
 */
public final class TierMetrics {
  private static final double[] SECONDS = {
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 60, 120
  };

  private final PrometheusRegistry registry;
  private final String prefix;

  /** Instruments of {@code tier} ({@code gateway}, {@code encoder}, {@code decoder}). */
  public TierMetrics(PrometheusRegistry registry, String tier) {
    this.registry = registry;
    this.prefix = "e2llm_" + tier + "_";
  }

  /** Instruments in a registry of their own, which nobody reads. */
  public static TierMetrics unread(String tier) {
    return new TierMetrics(new PrometheusRegistry(), tier);
  }

  /** The registry. */
  public PrometheusRegistry registry() {
    return registry;
  }

  /** Counts {@code what}; the name ends in {@code _total}. */
  public Counter counter(String what, String help, String... labels) {
    return Counter.builder().name(prefix + what).help(help).labelNames(labels).register(registry);
  }

  /** A value that is set. The unit, for example {@code bytes}, may be empty. */
  public Gauge gauge(String what, String unit, String help, String... labels) {
    return Gauge.builder().name(name(what, unit)).help(help).labelNames(labels).register(registry);
  }

  /** A value that is asked for when the page is read, by any thread. */
  public void observe(String what, String unit, String help, DoubleSupplier value) {
    GaugeWithCallback.builder()
        .name(name(what, unit))
        .help(help)
        .callback(callback -> callback.call(value.getAsDouble()))
        .register(registry);
  }

  /** A spread of durations in seconds, from 1 ms to 2 minutes. */
  public Histogram seconds(String what, String help, String... labels) {
    return histogram(what, "seconds", help, SECONDS, labels);
  }

  /** A spread of values with the given upper bounds. */
  public Histogram histogram(
      String what, String unit, String help, double[] bounds, String... labels) {
    return Histogram.builder()
        .name(name(what, unit))
        .help(help)
        .labelNames(labels)
        .classicOnly()
        .classicUpperBounds(bounds)
        .register(registry);
  }

  private String name(String what, String unit) {
    return unit.isEmpty() ? prefix + what : prefix + what + "_" + unit;
  }
}
