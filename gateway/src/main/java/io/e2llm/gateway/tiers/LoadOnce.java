package io.e2llm.gateway.tiers;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Values that take long to make, made once for each key; those who ask meanwhile wait. A failure is
 * not kept. Thread-safe.
 */
final class LoadOnce<V> {
  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock") private final Map<String, V> values = new HashMap<>();

  V get(String key, Supplier<V> load) {
    lock.lock();
    try {
      @Nullable V value = values.get(key);
      if (value == null) {
        value = load.get();
        values.put(key, value);
      }
      return value;
    } finally {
      lock.unlock();
    }
  }

  /** Hands every value to {@code free} and forgets them. */
  void clear(Consumer<V> free) {
    lock.lock();
    try {
      values.values().forEach(free);
      values.clear();
    } finally {
      lock.unlock();
    }
  }

  /**
   * The first result that is no failure of gRPC; else the last failure, unless that says only that
   * nobody answers: then {@code none}.
   */
  static <E, R> R first(Iterable<E> sources, Function<E, R> load, Supplier<RuntimeException> none) {
    @Nullable StatusRuntimeException failure = null;
    for (E source : sources) {
      try {
        return load.apply(source);
      } catch (StatusRuntimeException e) {
        failure = e;
      }
    }
    throw failure == null || silent(failure.getStatus().getCode()) ? none.get() : failure;
  }

  private static boolean silent(Status.Code code) {
    return code == Status.Code.UNAVAILABLE || code == Status.Code.DEADLINE_EXCEEDED;
  }
}
