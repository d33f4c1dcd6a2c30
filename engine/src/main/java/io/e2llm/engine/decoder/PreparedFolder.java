package io.e2llm.engine.decoder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where prepared weights are kept: the few files used last. Several processes may share it.
 *
 * @param folder may be missing
 */
record PreparedFolder(Path folder) {
  private static final int KEPT = 4;
  private static final String SUFFIX = ".packed";

  /** Where the weights of this key stand, or would. */
  Path file(String key) {
    return folder.resolve(key + SUFFIX);
  }

  /** Notes that a file is in use and removes those that were not for longest. */
  void used(Path file) {
    try {
      Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
      for (Path old : oldest()) {
        Files.deleteIfExists(old);
      }
    } catch (IOException e) {
      // A folder that may only be read serves as well.
    }
  }

  private List<Path> oldest() throws IOException {
    record Aged(Path file, FileTime time) {}
    List<Aged> all = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(path -> path.toString().endsWith(SUFFIX)).toList()) {
        all.add(new Aged(file, Files.getLastModifiedTime(file)));
      }
    }
    all.sort(Comparator.comparing(Aged::time).reversed());
    return all.stream().skip(KEPT).map(Aged::file).toList();
  }
}
