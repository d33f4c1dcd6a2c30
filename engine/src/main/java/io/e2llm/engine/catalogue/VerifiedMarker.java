package io.e2llm.engine.catalogue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Remembers that a model's files had the right digests, so that a start need not hash them again:
 * {@code .verified} in the model's folder holds digest, length, time of change and path of each
 * file, and holds good while neither length nor time differ.
 */
final class VerifiedMarker {
  private static final String NAME = ".verified";

  private VerifiedMarker() {}

  /** Whether every file of the model is as it was when it was checked. */
  static boolean holds(CatalogueModel model, Path folder) {
    try {
      Set<String> marked = new HashSet<>(Files.readAllLines(folder.resolve(NAME)));
      for (ModelFile file : model.files()) {
        if (!marked.contains(line(file, folder))) {
          return false;
        }
      }
      return true;
    } catch (IOException e) {
      return false; // no marker, or a file is missing
    }
  }

  /** Writes the marker; the files have just been checked. */
  static void write(CatalogueModel model, Path folder) throws IOException {
    List<String> lines = new ArrayList<>();
    for (ModelFile file : model.files()) {
      lines.add(line(file, folder));
    }
    Path fresh = folder.resolve(NAME + ".new");
    Files.write(fresh, lines);
    Files.move(fresh, folder.resolve(NAME), StandardCopyOption.REPLACE_EXISTING);
  }

  /** Forgets what was checked. */
  static void delete(Path folder) throws IOException {
    Files.deleteIfExists(folder.resolve(NAME));
  }

  private static String line(ModelFile file, Path folder) throws IOException {
    Path path = folder.resolve(file.path());
    return "%s %d %d %s"
        .formatted(
            file.sha256(),
            Files.size(path),
            Files.getLastModifiedTime(path).toMillis(),
            file.path());
  }
}
