package io.e2llm.gateway.tiers;

import io.e2llm.common.client.Endpoint;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Rendezvous hashing (Thaler and Ravishankar, A Name-Based Mapping Scheme for Rendezvous, 1996)
 * with bounded load (Mirrokni, Thorup and Zadimoghaddam, Consistent Hashing with Bounded Loads,
 * 2016): each key ranks all endpoints by a hash of both and goes to the first that has not more
 * than its share of the work. An endpoint that comes or goes moves only the keys it wins or had.
 */
public final class Rendezvous {
  /** An endpoint's share may exceed the average by this factor. */
  private static final double OVERLOAD = 1.25;

  private Rendezvous() {}

  /**
   * The endpoint for a key.
   *
   * @param live those that answer
   * @param key what is routed
   * @param load work each has at present
   * @param free work that an endpoint may always have: below it, affinity comes first
   * @param avoided endpoints taken only if there is no other
   */
  public static Optional<Endpoint> pick(
      List<Endpoint> live,
      long key,
      ToIntFunction<Endpoint> load,
      int free,
      Collection<Endpoint> avoided) {
    List<Endpoint> candidates = live.stream().filter(e -> !avoided.contains(e)).toList();
    candidates = candidates.isEmpty() ? live : candidates;
    long total = 0;
    for (Endpoint endpoint : candidates) {
      total += load.applyAsInt(endpoint);
    }
    double share =
        Math.max(free, Math.ceil(OVERLOAD * (total + 1) / Math.max(1, candidates.size())));
    @Nullable Endpoint best = null;
    long bestWeight = 0;
    for (Endpoint endpoint : candidates) {
      long weight = weight(endpoint.name(), key);
      if (load.applyAsInt(endpoint) < share
          && (best == null || Long.compareUnsigned(weight, bestWeight) > 0)) {
        best = endpoint;
        bestWeight = weight;
      }
    }
    return Optional.ofNullable(best);
  }

  private static long weight(String name, long key) {
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < name.length(); i++) {
      hash = (hash ^ name.charAt(i)) * 0x100000001b3L;
    }
    return mix(hash ^ mix(key));
  }

  /** The finalizer of SplitMix64. */
  private static long mix(long value) {
    long mixed = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
    return mixed ^ (mixed >>> 31);
  }
}
