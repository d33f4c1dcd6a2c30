package io.e2llm.cli.bench;

/** What is measured. */
interface BenchTarget extends AutoCloseable {
  /** What it is, for a report. */
  String name();

  /** Makes a request and waits for its end; many threads at once. Failures are outcomes. */
  Outcome ask(PlannedRequest request) throws InterruptedException;

  @Override
  void close();
}
