package io.e2llm.common.client;

import java.util.List;

/** The processes of one tier that answer at present. Thread-safe. */
public interface Endpoints extends AutoCloseable {
  /** Those that answer, in a stable order by name. Empty when none does. */
  List<Endpoint> live();

  /** Tells that a call to one just failed: it is left out until it answers a health check again. */
  void failed(Endpoint endpoint);

  /**
   * Runs {@code listener} whenever {@link #live} has changed, on whatever thread noticed it. It
   * must not block.
   */
  void onChange(Runnable listener);

  /** Shuts the channels this made. */
  @Override
  void close();

  /** Endpoints that never change, whose channels the caller owns: for tiers in the same process. */
  static Endpoints fixed(List<Endpoint> endpoints) {
    List<Endpoint> copy = List.copyOf(endpoints);
    return new Endpoints() {
      @Override
      public List<Endpoint> live() {
        return copy;
      }

      @Override
      public void failed(Endpoint endpoint) {}

      @Override
      public void onChange(Runnable listener) {}

      @Override
      public void close() {}
    };
  }
}
