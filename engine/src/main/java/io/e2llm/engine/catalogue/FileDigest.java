package io.e2llm.engine.catalogue;

import io.e2llm.engine.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** SHA-256 of files. */
final class FileDigest {
  private FileDigest() {}

  /** Whether a file is there with this length and digest. */
  static boolean matches(Path file, ModelFile wanted) throws IOException {
    return Files.isRegularFile(file)
        && Files.size(file) == wanted.bytes()
        && Sha256.ofFile(file).toHex().equals(wanted.sha256());
  }
}
