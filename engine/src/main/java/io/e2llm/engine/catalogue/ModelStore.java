package io.e2llm.engine.catalogue;

import io.e2llm.engine.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The models on this machine, and the way to get one here. Thread-safe; several processes may share
 * a store. Reading a model that is here touches no network and hashes nothing.
 */
public final class ModelStore {
  private final StoreSettings settings;
  private final FetchListener listener;
  private final SourceFetch sources;

  /** A store that tells {@code listener} how fetching goes. */
  public ModelStore(StoreSettings settings, FetchListener listener) {
    this(settings, listener, System::nanoTime);
  }

  ModelStore(StoreSettings settings, FetchListener listener, LongSupplier nanoTime) {
    this.settings = settings;
    this.listener = listener;
    this.sources = new SourceFetch(settings, listener, nanoTime);
  }

  /** Where a model's files stand, or would. */
  public Path folder(CatalogueModel model) {
    return settings.root().resolve("models").resolve(model.name());
  }

  /** What a loader takes of a model that is here; empty when it is not, or was changed. */
  public Optional<Path> installed(CatalogueModel model) {
    Path folder = folder(model);
    return VerifiedMarker.holds(model, folder)
        ? Optional.of(model.loadPath(folder))
        : Optional.empty();
  }

  /**
   * What a loader takes of a model, which is fetched if it is not here.
   *
   * @throws ModelException when no source gives it, or the disk is full; one line
   */
  public Path ensure(CatalogueModel model) throws InterruptedException {
    Optional<Path> here = installed(model);
    if (here.isPresent()) {
      return here.get();
    }
    Path staging = settings.root().resolve("models").resolve(".staging").resolve(model.name());
    try {
      ModelLock lock = lock(model);
      try {
        fetchMissing(model, staging);
      } finally {
        lock.release();
      }
      return model.loadPath(folder(model));
    } catch (IOException e) {
      throw failure(model, e);
    }
  }

  private void fetchMissing(CatalogueModel model, Path staging)
      throws IOException, InterruptedException {
    if (installed(model).isEmpty()) {
      List<ModelFile> missing = missing(model);
      if (!missing.isEmpty()) {
        Files.createDirectories(staging);
        sources.fetch(model, missing, staging, folder(model));
        StagingFolder.delete(staging);
      }
      VerifiedMarker.write(model, folder(model));
      listener.finished(model);
    }
  }

  /**
   * Hashes a model's files again. Files that differ are told, not touched; the next {@link #ensure}
   * then fetches them again.
   *
   * @return what is wrong, a line for each file; empty when all is well
   */
  public List<String> verify(CatalogueModel model) throws InterruptedException {
    try {
      ModelLock lock = lock(model);
      try {
        return hashAgain(model);
      } finally {
        lock.release();
      }
    } catch (IOException e) {
      throw failure(model, e);
    }
  }

  private List<String> hashAgain(CatalogueModel model) throws IOException {
    List<String> problems = new ArrayList<>();
    for (ModelFile file : model.files()) {
      Path path = folder(model).resolve(file.path());
      if (!Files.isRegularFile(path)) {
        problems.add(file.path() + " is missing");
      } else if (!FileDigest.matches(path, file)) {
        problems.add(file.path() + " has the wrong digest");
      }
    }
    if (problems.isEmpty()) {
      VerifiedMarker.write(model, folder(model));
    } else {
      VerifiedMarker.delete(folder(model));
    }
    return problems;
  }

  private ModelLock lock(CatalogueModel model) throws IOException, InterruptedException {
    Path file = settings.root().resolve("models").resolve(".locks").resolve(model.name());
    return ModelLock.take(file, () -> listener.waiting(model));
  }

  private List<ModelFile> missing(CatalogueModel model) throws IOException {
    List<ModelFile> missing = new ArrayList<>();
    for (ModelFile file : model.files()) {
      if (!FileDigest.matches(folder(model).resolve(file.path()), file)) {
        missing.add(file);
      }
    }
    return missing;
  }

  private ModelException failure(CatalogueModel model, IOException e) {
    return new ModelException(
        "model %s: cannot write to %s: %s"
            .formatted(model.name(), settings.root(), DiskSpace.told(e)),
        e);
  }
}
