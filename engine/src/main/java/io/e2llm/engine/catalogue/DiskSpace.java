package io.e2llm.engine.catalogue;

import io.e2llm.engine.ModelException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Room on the disk. */
final class DiskSpace {
  private DiskSpace() {}

  /** Checks that {@code bytes} more fit where {@code folder} is. */
  static void require(CatalogueModel model, Path folder, long bytes) throws IOException {
    long free = Files.getFileStore(folder).getUsableSpace();
    if (free < bytes) {
      throw new ModelException(
          "model %s: disk full: needs %d MB, %d MB are free in %s"
              .formatted(model.name(), bytes / 1_000_000, free / 1_000_000, folder));
    }
  }

  /** What an exception of the file system says, for people. */
  static String told(IOException e) {
    String message = String.valueOf(e.getMessage());
    if (message.contains("No space left") || message.contains("not enough space")) {
      return "disk full";
    }
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    return e instanceof FileSystemException file && file.getReason() != null
        ? String.valueOf(file.getReason())
        : message;
  }
}
