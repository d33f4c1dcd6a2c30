package io.e2llm.encoder;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.e2llm.engine.encoder.ChunkDigest;
import org.jspecify.annotations.Nullable;

/**
 * Results by chunk digest, bounded in bytes; what is used least often and least lately leaves
 * first. Thread-safe. Its upkeep runs on the threads that use it.
 */
final class ResultCache {
  private final Cache<ChunkDigest, WireChunk> results;

  /** A cache of {@code bytes} that calls {@code onEviction} for each entry pushed out. */
  ResultCache(long bytes, Runnable onEviction) {
    results =
        Caffeine.newBuilder()
            .maximumWeight(bytes)
            .weigher((ChunkDigest digest, WireChunk result) -> result.weightBytes())
            .evictionListener((digest, result, cause) -> onEviction.run())
            .executor(Runnable::run)
            .build();
  }

  @Nullable WireChunk get(ChunkDigest digest) {
    return results.getIfPresent(digest);
  }

  void put(ChunkDigest digest, WireChunk result) {
    results.put(digest, result);
  }

  /** Bytes held now. */
  long bytes() {
    return results.policy().eviction().orElseThrow().weightedSize().orElse(0);
  }

  /** Entries held now, about. */
  long entries() {
    return results.estimatedSize();
  }
}
