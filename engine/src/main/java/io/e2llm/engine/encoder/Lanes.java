package io.e2llm.engine.encoder;

import io.e2llm.engine.torch.NativeWork;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Threads that work on the parts of something beside the thread that calls, each taking the next
 * part when it has done with one. For one caller at a time.
 */
final class Lanes implements AutoCloseable {
  private final int count;
  private final ExecutorService others;

  /** So many threads, the caller's included. */
  Lanes(int count) {
    this.count = count;
    others =
        Executors.newFixedThreadPool(
            Math.max(1, count - 1),
            Thread.ofPlatform().name("e2llm-encoder-lane-", 0).daemon().factory());
  }

  /** Threads, the caller's included. */
  int count() {
    return count;
  }

  /**
   * What {@code work} makes of each part, in their order. Nothing is still worked on when this
   * returns or throws; after a failure, which is thrown, no further part is begun.
   *
   * @param lanes threads to take, the calling thread among them; at most {@link #count}
   */
  <P, R> List<R> map(List<P> parts, int lanes, Function<P, R> work) {
    Map<Integer, R> results = new ConcurrentHashMap<>();
    AtomicInteger next = new AtomicInteger();
    Runnable lane =
        () -> {
          try {
            for (int i = next.getAndIncrement(); i < parts.size(); i = next.getAndIncrement()) {
              results.put(i, work.apply(parts.get(i)));
            }
          } catch (RuntimeException | Error e) {
            next.set(parts.size());
            throw e;
          }
        };
    FutureTask<?> own = new FutureTask<>(lane, null);
    List<Future<?>> all = new ArrayList<>(List.of(own));
    for (int i = 1; i < Math.min(lanes, parts.size()); i++) {
      all.add(others.submit(lane));
    }
    own.run();
    NativeWork.join(all);
    return IntStream.range(0, parts.size()).mapToObj(results::get).toList();
  }

  @Override
  public void close() {
    others.close();
  }
}
