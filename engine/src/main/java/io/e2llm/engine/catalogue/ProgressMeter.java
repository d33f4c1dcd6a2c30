package io.e2llm.engine.catalogue;

import java.util.ArrayDeque;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Counts a download's bytes, measures its speed and reports now and then. One thread only. */
final class ProgressMeter {
  private static final long REPORT_NANOS = 100_000_000L;
  private static final long SPEED_NANOS = 5_000_000_000L;

  private record Sample(long nanos, long bytes) {}

  private final Consumer<FetchProgress> report;
  private final LongSupplier nanoTime;
  private final ArrayDeque<Sample> samples = new ArrayDeque<>();
  private long total;
  private long bytes;

  ProgressMeter(Consumer<FetchProgress> report, LongSupplier nanoTime) {
    this.report = report;
    this.nanoTime = nanoTime;
  }

  /** Begins anew: {@code here} bytes of {@code total} need not be fetched again. */
  void start(long here, long total) {
    this.total = total;
    bytes = here;
    samples.clear();
    samples.add(new Sample(nanoTime.getAsLong(), here));
  }

  /** Counts {@code more} bytes; a negative number takes back what has to be fetched again. */
  void add(long more) {
    set(bytes + more);
  }

  /** Sets the bytes here so far. */
  void set(long now) {
    bytes = now;
    long nanos = nanoTime.getAsLong();
    if (nanos - samples.getLast().nanos() >= REPORT_NANOS) {
      samples.add(new Sample(nanos, bytes));
      while (samples.size() > 2 && nanos - samples.getFirst().nanos() > SPEED_NANOS) {
        samples.removeFirst();
      }
      report();
    }
  }

  /** Reports how it stands at the end. */
  void finish() {
    samples.add(new Sample(nanoTime.getAsLong(), bytes));
    report();
  }

  private void report() {
    Sample first = samples.getFirst();
    Sample last = samples.getLast();
    long nanos = last.nanos() - first.nanos();
    double speed = nanos <= 0 ? 0 : Math.max(0, last.bytes() - first.bytes()) * 1e9 / nanos;
    report.accept(new FetchProgress(bytes, total, speed));
  }
}
