package io.e2llm.gateway.request;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The soft prompts a generation reads: which chunk stands at which place, and how many have come.
 * Belongs to the request's thread.
 */
final class SoftPrompts {
  private final Map<Integer, Integer> places = new HashMap<>();
  private final List<Integer> order = new ArrayList<>();
  private final Map<Integer, Integer> rows = new HashMap<>();

  /** Gives a chunk the next place. */
  void add(int chunk) {
    places.put(chunk, places.size());
    order.add(chunk);
  }

  /** Begins anew with these chunks, in this order. */
  void restart(List<Integer> chunks) {
    places.clear();
    order.clear();
    rows.clear();
    chunks.forEach(this::add);
  }

  /** Forgets what has come; the places stay. */
  void forgetArrivals() {
    rows.clear();
  }

  /** Notes an arrival; returns its place, or null when it is not wanted or has come before. */
  @Nullable Integer arrived(int chunk, int softTokens) {
    @Nullable Integer place = places.get(chunk);
    if (place == null || rows.containsKey(chunk)) {
      return null;
    }
    rows.put(chunk, softTokens);
    return place;
  }

  /** The chunk at a place. */
  int chunkAt(int place) {
    return order.get(place);
  }

  /** Whether a chunk stands at a place and has come. */
  boolean stands(int chunk, int place) {
    return Objects.equals(places.get(chunk), place) && rows.containsKey(chunk);
  }

  /** Soft tokens of a chunk that has come. */
  int rows(int chunk) {
    return Objects.requireNonNull(rows.get(chunk));
  }

  /** Whether all have come. */
  boolean complete() {
    return rows.size() == places.size();
  }

  int count() {
    return places.size();
  }

  /** Soft tokens of those that have come. */
  int tokens() {
    return rows.values().stream().mapToInt(Integer::intValue).sum();
  }
}
