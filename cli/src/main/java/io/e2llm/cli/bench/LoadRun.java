package io.e2llm.cli.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Makes the requests of a plan, so many at once: each stream takes the next request when its last
 * one has ended.
 */
final class LoadRun {
  private final BenchTarget target;
  private final Consumer<Finished> told;

  /**
   * A run against {@code target}.
   *
   * @param told of each end, by many threads
   */
  LoadRun(BenchTarget target, Consumer<Finished> told) {
    this.target = target;
    this.told = told;
  }

  /**
   * Makes all requests and waits for their ends. Interrupted, it gives up those under way.
   *
   * @return in the order of the requests
   */
  List<Finished> run(List<PlannedRequest> requests, int streams) throws InterruptedException {
    AtomicInteger next = new AtomicInteger();
    Finished[] finished = new Finished[requests.size()];
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> running = new ArrayList<>();
      try {
        for (int i = 0; i < Math.min(streams, requests.size()); i++) {
          running.add(threads.submit(() -> stream(requests, next, finished)));
        }
        for (Future<?> stream : running) {
          stream.get();
        }
      } catch (InterruptedException e) {
        threads.shutdownNow();
        throw e;
      } catch (ExecutionException e) {
        threads.shutdownNow();
        throw new IllegalStateException("a stream failed", e.getCause());
      }
    }
    return List.of(finished);
  }

  private Void stream(List<PlannedRequest> requests, AtomicInteger next, Finished[] finished)
      throws InterruptedException {
    for (int i = next.getAndIncrement(); i < requests.size(); i = next.getAndIncrement()) {
      Finished one = new Finished(requests.get(i), target.ask(requests.get(i)));
      finished[i] = one;
      told.accept(one);
    }
    return null;
  }
}
