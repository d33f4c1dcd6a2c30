package io.e2llm.engine.catalogue;

import java.nio.file.Path;
import java.util.List;

/**
 * What is to be fetched.
 *
 * @param files the files that are not there yet
 * @param staging the folder that takes them, under their paths; it may hold leftovers of an earlier
 *     try
 * @param last whether no other source follows, so that patience is all that is left
 * @param meter told of every byte
 */
record FetchJob(List<ModelFile> files, Path staging, boolean last, ProgressMeter meter) {
  FetchJob {
    files = List.copyOf(files);
  }

  /** Bytes of all files. */
  long bytes() {
    return files.stream().mapToLong(ModelFile::bytes).sum();
  }

  /** Where a finished file goes. */
  Path target(ModelFile file) {
    return staging.resolve(file.path());
  }
}
