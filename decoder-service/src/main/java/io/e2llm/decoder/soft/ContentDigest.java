package io.e2llm.decoder.soft;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;

/**
 * A SHA-256.
 *
 * @param a bytes 0 to 7, big-endian
 * @param b bytes 8 to 15
 * @param c bytes 16 to 23
 * @param d bytes 24 to 31
 */
public record ContentDigest(long a, long b, long c, long d) {
  /** How many bytes it has. */
  public static final int BYTES = 32;

  /** The digest in these bytes. */
  public static ContentDigest of(ByteBuffer bytes) {
    return new ContentDigest(bytes.getLong(), bytes.getLong(), bytes.getLong(), bytes.getLong());
  }

  /** Its bytes. */
  public ByteString toBytes() {
    ByteBuffer bytes = ByteBuffer.allocate(BYTES);
    bytes.putLong(a).putLong(b).putLong(c).putLong(d).flip();
    return ByteString.copyFrom(bytes);
  }
}
