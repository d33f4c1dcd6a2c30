package io.e2llm.engine.encoder;

import io.e2llm.engine.Sha256;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/**
 * What a chunk's result is known by: SHA-256 over all that the result depends on, and the tenant.
 * The key of every cache of soft prompts. Held as four big-endian words, so that equal digests are
 * equal records.
 *
 * @param word0 bytes 0 to 7
 * @param word1 bytes 8 to 15
 * @param word2 bytes 16 to 23
 * @param word3 bytes 24 to 31
 */
public record ChunkDigest(long word0, long word1, long word2, long word3) {
  /** Length of a digest in bytes. */
  public static final int BYTES = 32;

  private static final String DOMAIN = "e2llm chunk 1";

  /**
   * The digest of one chunk. Each field is preceded by its length, so that no two different chunks
   * are hashed from the same bytes.
   *
   * @param tenant whose entry it is; empty is the shared tenant
   * @param identity the encoder's identity, which covers weights, tokenizer, pooling and chunker
   * @param ratio encoder tokens per soft token; 0 for the embedding alone
   * @param role what the text is
   * @param text the chunk
   */
  public static ChunkDigest of(
      String tenant, String identity, int ratio, ChunkRole role, String text) {
    Sha256 sha256 =
        new Sha256()
            .field(DOMAIN)
            .field(tenant)
            .field(identity)
            .field(Integer.toString(ratio))
            .field(role.name())
            .field(text);
    ByteBuffer words = ByteBuffer.wrap(sha256.toBytes());
    return new ChunkDigest(words.getLong(), words.getLong(), words.getLong(), words.getLong());
  }

  /** The digest's bytes, in a fresh array. */
  public byte[] bytes() {
    return ByteBuffer.allocate(BYTES)
        .putLong(word0)
        .putLong(word1)
        .putLong(word2)
        .putLong(word3)
        .array();
  }

  /** Lower-case hex. */
  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes());
  }
}
