package io.e2llm.engine.files;

import io.e2llm.engine.ModelException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** SHA-256 over several files: over the name and the SHA-256 of each in turn. */
final class FilesDigest {
  private static final int BUFFER = 1 << 20;

  private FilesDigest() {}

  static String of(Path root, List<Path> files) {
    MessageDigest all = sha256();
    for (Path file : files) {
      String name = root.relativize(file).toString().replace('\\', '/');
      all.update((name + "\n").getBytes(StandardCharsets.UTF_8));
      all.update(contents(file));
    }
    return HexFormat.of().formatHex(all.digest());
  }

  private static byte[] contents(Path file) {
    MessageDigest digest = sha256();
    byte[] buffer = new byte[BUFFER];
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
      }
    } catch (IOException e) {
      throw new ModelException(file.getFileName() + ": cannot be read", e);
    }
    return digest.digest();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java platform has it
    }
  }
}
