package io.e2llm.engine.torch;

import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/**
 * Work of libtorch on other threads. Its native memory is in use until it ends, so that no
 * interrupt cuts the waiting for it short. Thread-safe.
 */
public final class NativeWork {
  private NativeWork() {}

  /**
   * Runs work that is done once, as loading is, on a thread that ends with it. libgomp keeps the
   * threads that helped a thread until that one ends, and while it counts more threads than cores
   * it lets none wait awake for the next operation, whomever they help.
   */
  public static <T> T onThreadOfItsOwn(String name, Supplier<T> work) {
    FutureTask<T> task = new FutureTask<>(work::get);
    Thread.ofPlatform().name(name).start(task);
    await(task);
    return result(task);
  }

  /** Waits for all of them; then the failure of the first that failed is thrown as it is. */
  public static void join(List<? extends Future<?>> works) {
    works.forEach(NativeWork::await);
    works.forEach(NativeWork::result);
  }

  private static <T> T result(Future<T> work) {
    if (work.state() == Future.State.SUCCESS) {
      return work.resultNow();
    }
    switch (work.exceptionNow()) {
      case RuntimeException failure -> throw failure;
      case Error failure -> throw failure;
      case Throwable failure -> throw new IllegalStateException(failure);
    }
  }

  private static void await(Future<?> work) {
    boolean interrupted = false;
    while (!work.isDone()) {
      try {
        work.get();
      } catch (InterruptedException e) {
        interrupted = true;
      } catch (ExecutionException e) {
        break; // told by result
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
