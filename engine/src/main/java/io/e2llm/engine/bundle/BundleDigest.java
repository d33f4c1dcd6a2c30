package io.e2llm.engine.bundle;

import io.e2llm.engine.ModelException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** SHA-256 over a bundle or its encoder's part. */
final class BundleDigest {
  private static final int BUFFER = 1 << 20;

  private BundleDigest() {}

  /** Over the length and the contents of each file in turn. */
  static String ofFiles(List<Path> files) {
    MessageDigest sha256 = sha256();
    byte[] buffer = new byte[BUFFER];
    for (Path file : files) {
      try (InputStream in = Files.newInputStream(file)) {
        sha256.update(ByteBuffer.allocate(Long.BYTES).putLong(Files.size(file)).flip());
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
          sha256.update(buffer, 0, read);
        }
      } catch (IOException e) {
        throw new ModelException(file.getFileName() + ": cannot be read", e);
      }
    }
    return HexFormat.of().formatHex(sha256.digest());
  }

  /** Over layers, pooling and the tensors of pooling in fp32. */
  static String ofEncoderSide(BundleSpec spec, Map<String, BundleTensor> tensors) {
    MessageDigest sha256 = sha256();
    update(sha256, spec.encoder().layers().toString());
    update(sha256, PoolingJson.write(spec.pooling()).toString());
    tensors.forEach(
        (name, tensor) -> {
          update(sha256, name + tensor.shape());
          sha256.update(tensor.values().duplicate());
        });
    return HexFormat.of().formatHex(sha256.digest());
  }

  private static void update(MessageDigest sha256, String field) {
    byte[] bytes = field.getBytes(StandardCharsets.UTF_8);
    sha256.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
    sha256.update(bytes);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
