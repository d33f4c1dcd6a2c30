package io.e2llm.system;

import io.e2llm.engine.bundle.AdapterBundles;
import io.e2llm.engine.files.ModelFiles;
import java.nio.file.Path;

/** Seeded untrained bundles. */
final class TinyBundle {
  private static final long SEED = 7;

  private TinyBundle() {}

  /** Writes a bundle that joins two models and returns its folder. */
  static Path write(Path folder, Path encoder, Path decoder) {
    try (ModelFiles encoderFiles = ModelFiles.open(encoder);
        ModelFiles decoderFiles = ModelFiles.open(decoder)) {
      AdapterBundles.writeUntrained(
          folder, AdapterBundles.untrained(encoderFiles, decoderFiles), SEED);
    }
    return folder;
  }
}
