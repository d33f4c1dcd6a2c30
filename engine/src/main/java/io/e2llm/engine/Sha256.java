package io.e2llm.engine;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 under construction, and its result in lower-case hex. One thread only. */
public final class Sha256 {
  private static final int BUFFER = 1 << 20;

  private final MessageDigest digest;

  /** Over nothing yet. */
  public Sha256() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  /** The digest of a whole file. */
  public static Sha256 ofFile(Path file) throws IOException {
    Sha256 sha256 = new Sha256();
    sha256.file(file);
    return sha256;
  }

  /** Takes bytes as they are. */
  public Sha256 bytes(byte[] bytes) {
    digest.update(bytes);
    return this;
  }

  /** Takes what remains of a buffer, whose position stays. */
  public Sha256 bytes(ByteBuffer bytes) {
    digest.update(bytes.duplicate());
    return this;
  }

  /** Takes a field: the number of its bytes in four, big-endian, then its UTF-8. */
  public Sha256 field(String field) {
    byte[] bytes = field.getBytes(StandardCharsets.UTF_8);
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
    digest.update(bytes);
    return this;
  }

  /** Takes the contents of a file. */
  public Sha256 file(Path file) throws IOException {
    byte[] buffer = new byte[BUFFER];
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
      }
    }
    return this;
  }

  /** The 32 bytes; what was taken is forgotten. */
  public byte[] toBytes() {
    return digest.digest();
  }

  /** The same in lower-case hex. */
  public String toHex() {
    return HexFormat.of().formatHex(toBytes());
  }
}
