package io.e2llm.engine.catalogue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Copies files from a folder of this machine. */
final class FolderFetcher implements Fetcher<Source.Folder> {
  @Override
  public void fetch(Source.Folder source, FetchJob job) throws IOException {
    for (ModelFile file : job.files()) {
      Path from = source.folder().resolve(file.path());
      if (!Files.isRegularFile(from)) {
        throw new FetchException("has no " + file.path());
      }
    }
    job.meter().start(0, job.bytes());
    byte[] buffer = new byte[1 << 16];
    for (ModelFile file : job.files()) {
      Path to = job.target(file);
      Files.createDirectories(to.resolveSibling("."));
      try (InputStream in = Files.newInputStream(source.folder().resolve(file.path()));
          OutputStream out = Files.newOutputStream(to)) {
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
          out.write(buffer, 0, n);
          job.meter().add(n);
        }
      }
    }
  }
}
