package io.e2llm.engine.files;

import io.e2llm.engine.ModelException;
import io.e2llm.engine.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * SHA-256 over several files: over the name and the SHA-256 of each in turn. Those that {@link
 * DigestMarker} knows are not read.
 */
final class FilesDigest {
  private FilesDigest() {}

  static String of(Path root, List<Path> files) {
    DigestMarker known = DigestMarker.read(root);
    Sha256 all = new Sha256();
    for (Path file : files) {
      String name = root.relativize(file).toString().replace('\\', '/');
      all.bytes((name + "\n").getBytes(StandardCharsets.UTF_8));
      @Nullable String remembered = known.digests().get(name);
      all.bytes(remembered == null ? contents(file) : HexFormat.of().parseHex(remembered));
    }
    return all.toHex();
  }

  private static byte[] contents(Path file) {
    try {
      return Sha256.ofFile(file).toBytes();
    } catch (IOException e) {
      throw new ModelException(file.getFileName() + ": cannot be read", e);
    }
  }
}
