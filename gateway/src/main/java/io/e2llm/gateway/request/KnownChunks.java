package io.e2llm.gateway.request;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import com.google.protobuf.ByteString;
import io.e2llm.engine.encoder.ChunkDigest;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What encoders have made of chunks before: not the soft prompts, but their digests, by which a
 * decoder may hold them still, so that a repeated chunk need not go to an encoder at all. Those
 * used last, bounded in bytes. Thread-safe.
 */
public final class KnownChunks {
  /** What an entry takes beside its embedding, about. */
  private static final int ENTRY_BYTES = 320;

  private final long mostBytes;

  @GuardedBy("this") private final Map<ChunkDigest, Known> known = new LinkedHashMap<>(16, 0.75f, true);

  @GuardedBy("this") private long bytes;

  /** Remembers at most so many bytes; 0 remembers nothing. */
  public KnownChunks(long mostBytes) {
    this.mostBytes = mostBytes;
  }

  /** What is known of a chunk. */
  synchronized @Nullable Known get(ChunkDigest chunk) {
    return known.get(chunk);
  }

  /** Remembers a chunk. */
  synchronized void put(ChunkDigest chunk, Known what) {
    Known before = known.put(chunk, what);
    bytes += what.bytes() - (before == null ? 0 : before.bytes());
    Iterator<Known> eldest = known.values().iterator();
    while (bytes > mostBytes) {
      bytes -= eldest.next().bytes();
      eldest.remove();
    }
  }

  /**
   * What is known of a chunk at a ratio.
   *
   * @param digest of its soft prompt's tensor
   * @param rows its soft tokens
   * @param embedding its embedding
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Known(ByteString digest, int rows, float[] embedding) {
    int bytes() {
      return ENTRY_BYTES + embedding.length * Float.BYTES;
    }
  }
}
