package io.e2llm.engine.encoder;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ChunkDigestTest {
  @Test
  void sameChunk_sameDigest() {
    ChunkDigest first = ChunkDigest.of("tenant", "identity", 8, ChunkRole.PASSAGE, "text");
    ChunkDigest again = ChunkDigest.of("tenant", "identity", 8, ChunkRole.PASSAGE, "text");

    assertEquals(first, again);
    assertEquals(ChunkDigest.BYTES, first.bytes().length);
    assertEquals(64, first.toString().length());
  }

  @Test
  void everyField_changesTheDigest() {
    Set<ChunkDigest> digests =
        new HashSet<>(
            List.of(
                ChunkDigest.of("ab", "c", 8, ChunkRole.PASSAGE, "text"),
                ChunkDigest.of("a", "bc", 8, ChunkRole.PASSAGE, "text"),
                ChunkDigest.of("ab", "c", 16, ChunkRole.PASSAGE, "text"),
                ChunkDigest.of("ab", "c", 8, ChunkRole.QUERY, "text"),
                ChunkDigest.of("ab", "c", 8, ChunkRole.PASSAGE, "text "),
                ChunkDigest.of("", "abc", 8, ChunkRole.PASSAGE, "text")));

    assertEquals(6, digests.size());
  }

  /** Worked out with Python's hashlib: workers of one fleet must agree on it. */
  @Test
  void layout_staysAsItIs() {
    assertEquals(
        "a50c42dea1dd7f5a90a8c31460c47320635f21c468ebf5d317a23c6927f9f63d",
        ChunkDigest.of("t", "id", 8, ChunkRole.PASSAGE, "Grüße").toString());
  }
}
