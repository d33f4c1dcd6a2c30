package io.e2llm.engine.catalogue;

import io.e2llm.engine.ModelException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A model the catalogue knows.
 *
 * @param name its name here, and its folder's in the cache
 * @param kind what it is for
 * @param standard whether it is the default of its kind
 * @param licence SPDX name of its licence
 * @param window most tokens it reads, for people
 * @param width width of its states, for people
 * @param load what a loader takes: a file in its folder, or empty for the folder itself
 * @param files its files, at least one
 * @param sources where they can be had, best first
 */
public record CatalogueModel(
    String name,
    ModelKind kind,
    boolean standard,
    String licence,
    int window,
    int width,
    String load,
    List<ModelFile> files,
    List<Source> sources) {
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,99}");

  /** Checks the name and that there is something to load. */
  public CatalogueModel {
    files = List.copyOf(files);
    sources = List.copyOf(sources);
    if (!NAME.matcher(name).matches()) {
      throw new ModelException("catalogue: model name '" + name + "' is not allowed");
    }
    if (files.isEmpty()) {
      throw new ModelException("catalogue: model " + name + " has no files");
    }
    if (!load.isEmpty() && files.stream().map(ModelFile::path).noneMatch(load::equals)) {
      throw new ModelException("catalogue: model " + name + ": load names none of its files");
    }
  }

  /** Bytes of all files. */
  public long bytes() {
    return files.stream().mapToLong(ModelFile::bytes).sum();
  }

  /** What a loader takes when the files stand in {@code folder}. */
  public Path loadPath(Path folder) {
    return load.isEmpty() ? folder : folder.resolve(load);
  }
}
