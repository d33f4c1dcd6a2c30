package io.e2llm.encoder;

import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.DataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;

/** Reads metrics in tests. */
final class MetricValue {
  private MetricValue() {}

  /** A gauge's or counter's value; a histogram's sum. */
  static double of(DataPointSnapshot point) {
    return switch (point) {
      case GaugeDataPointSnapshot gauge -> gauge.getValue();
      case CounterDataPointSnapshot counter -> counter.getValue();
      case HistogramDataPointSnapshot histogram -> histogram.getSum();
      default -> throw new IllegalArgumentException(point.getClass().getName());
    };
  }
}
