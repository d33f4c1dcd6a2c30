package io.e2llm.encoder;

import io.e2llm.engine.encoder.ChunkDigest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * All chunks that wait or are being encoded, each once however many calls want it, in order of
 * arrival. Confined to the compute thread.
 */
final class PendingChunks {
  private final Map<ChunkDigest, PendingChunk> byDigest = new LinkedHashMap<>();
  private long turns;

  /** Adds an ask; true when another wants the same chunk already. */
  boolean join(Ask ask, long nowNanos) {
    boolean shared = byDigest.containsKey(ask.digest());
    PendingChunk chunk =
        byDigest.computeIfAbsent(ask.digest(), digest -> new PendingChunk(ask, nowNanos));
    chunk.asks.add(ask);
    if (ask.asker().waiting++ == 0) {
      ask.asker().turn = ++turns;
    }
    return shared;
  }

  /**
   * Takes out the asks that {@code leaves} holds for, and the waiting chunks nobody wants any more.
   * A chunk being encoded stays until its step ends.
   */
  List<Ask> remove(Predicate<Ask> leaves) {
    List<Ask> left = new ArrayList<>();
    Iterator<PendingChunk> chunks = byDigest.values().iterator();
    while (chunks.hasNext()) {
      PendingChunk chunk = chunks.next();
      chunk.asks.removeIf(ask -> leaves.test(ask) && left.add(ask));
      if (chunk.asks.isEmpty() && !chunk.running()) {
        chunks.remove();
      }
    }
    left.forEach(ask -> ask.asker().waiting--);
    return left;
  }

  /** Takes out a chunk whose step has ended; its asks are the caller's to answer. */
  List<Ask> finish(PendingChunk chunk) {
    byDigest.remove(chunk.first.digest());
    chunk.asks.forEach(ask -> ask.asker().waiting--);
    return chunk.asks;
  }

  /** Chooses the next batch, marks it running and sends the calls it serves to the line's end. */
  List<PendingChunk> nextBatch(int batchTokens) {
    List<PendingChunk> batch =
        BatchPlan.choose(line(), batchTokens).stream().map(PendingChunk.class::cast).toList();
    for (PendingChunk chunk : batch) {
      chunk.run();
      chunk.asks.forEach(ask -> ask.asker().turn = ++turns);
    }
    return batch;
  }

  /** Puts a batch that failed as a whole back, each chunk for a batch of its own. */
  void retryAlone(Collection<PendingChunk> batch) {
    for (PendingChunk chunk : batch) {
      chunk.retryAlone();
      if (chunk.asks.isEmpty()) {
        byDigest.remove(chunk.first.digest());
      }
    }
  }

  /** When the chunk that waits longest arrived; null when none waits. */
  @Nullable Long oldestNanos() {
    return byDigest.isEmpty() ? null : byDigest.values().iterator().next().arrivedNanos;
  }

  /** The calls in their turn, each with the chunks it waits for. */
  private List<List<PendingChunk>> line() {
    IdentityHashMap<Asker, List<PendingChunk>> calls = new IdentityHashMap<>();
    for (PendingChunk chunk : byDigest.values()) {
      if (!chunk.running()) {
        chunk.asks.stream()
            .map(Ask::asker)
            .distinct()
            .forEach(asker -> calls.computeIfAbsent(asker, call -> new ArrayList<>()).add(chunk));
      }
    }
    return calls.entrySet().stream()
        .sorted(Comparator.comparingLong(call -> call.getKey().turn))
        .map(Map.Entry::getValue)
        .toList();
  }
}
