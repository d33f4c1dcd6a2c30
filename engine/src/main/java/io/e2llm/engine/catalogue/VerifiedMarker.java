package io.e2llm.engine.catalogue;

import io.e2llm.engine.files.DigestMarker;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;

/** Remembers that a model's files had the digests of the catalogue. */
final class VerifiedMarker {
  private VerifiedMarker() {}

  /** Whether every file of the model is as it was when it was checked. */
  static boolean holds(CatalogueModel model, Path folder) {
    return DigestMarker.read(folder).digests().entrySet().containsAll(digests(model).entrySet());
  }

  /** Writes the marker; the files have just been checked. */
  static void write(CatalogueModel model, Path folder) throws IOException {
    new DigestMarker(digests(model)).write(folder);
  }

  /** Forgets what was checked. */
  static void delete(Path folder) throws IOException {
    DigestMarker.delete(folder);
  }

  private static Map<String, String> digests(CatalogueModel model) {
    return model.files().stream().collect(Collectors.toMap(ModelFile::path, ModelFile::sha256));
  }
}
