package io.e2llm.gateway;

import io.e2llm.common.client.Endpoint;
import io.e2llm.common.client.Endpoints;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Endpoints that a test may hide. */
final class FakeEndpoints implements Endpoints {
  private final List<Endpoint> all;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private volatile boolean hidden;

  FakeEndpoints(List<Endpoint> all) {
    this.all = List.copyOf(all);
  }

  /** Lets none of them be live, or all. */
  void hide(boolean now) {
    hidden = now;
    listeners.forEach(Runnable::run);
  }

  @Override
  public List<Endpoint> live() {
    return hidden ? List.of() : all;
  }

  @Override
  public void failed(Endpoint endpoint) {}

  @Override
  public void onChange(Runnable listener) {
    listeners.add(listener);
  }

  @Override
  public void close() {}
}
