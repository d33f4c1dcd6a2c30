package io.e2llm.gateway.tiers;

import io.e2llm.common.client.Endpoint;
import java.util.concurrent.ConcurrentHashMap;

/** Work that each endpoint has from this gateway at present, over all requests. Thread-safe. */
public final class EndpointLoads {
  private final ConcurrentHashMap<Endpoint, Integer> loads = new ConcurrentHashMap<>();

  /** Work the endpoint has. */
  public int of(Endpoint endpoint) {
    return loads.getOrDefault(endpoint, 0);
  }

  /** Changes an endpoint's work by {@code difference}. Endpoints without work are forgotten. */
  public void add(Endpoint endpoint, int difference) {
    loads.compute(
        endpoint,
        (key, load) -> {
          int next = (load == null ? 0 : load) + difference;
          return next == 0 ? null : next;
        });
  }
}
