package io.e2llm.cli.tiers;

import io.e2llm.engine.bundle.AdapterBundle;
import io.e2llm.engine.files.ModelFiles;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The adapter bundle of a process: one that was named and must fit the models, or the one that
 * comes with the program, which serves those models it was made for and no others.
 *
 * @param bundle may be none
 * @param named whether it was named
 */
public record BundleChoice(Optional<AdapterBundle> bundle, boolean named) {
  /** No bundle. */
  public static final BundleChoice NONE = new BundleChoice(Optional.empty(), false);

  private static final Path NO_BUNDLE = Path.of("none");

  /**
   * Opens a bundle.
   *
   * @param named its folder, or {@code none}
   * @param standard folder of the one that comes with the program
   */
  public static BundleChoice of(Optional<Path> named, Optional<Path> standard) {
    if (named.isEmpty()) {
      return new BundleChoice(standard.map(AdapterBundle::open), false);
    }
    return named.get().equals(NO_BUNDLE)
        ? NONE
        : new BundleChoice(named.map(AdapterBundle::open), true);
  }

  /** The bundle to load this encoder with. */
  Optional<AdapterBundle> forEncoder(ModelFiles encoder) {
    return bundle.filter(b -> named || b.spec().encoder().digest().equals(encoder.digest()));
  }

  /** The bundle to load this decoder with. */
  Optional<AdapterBundle> forDecoder(ModelFiles decoder) {
    return bundle.filter(b -> named || b.spec().decoder().digest().equals(decoder.digest()));
  }
}
