package io.e2llm.engine.catalogue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * Downloads files of a Hugging Face repository at a pinned revision. A cut-off file stays as {@code
 * FILE.part} and is resumed by the next try, whichever source that has.
 */
final class HubFetcher implements Fetcher<Source.Hub> {
  private static final int RESUMES = 3;

  private final URI hub;
  private final Optional<String> token;

  HubFetcher(URI hub, Optional<String> token) {
    this.hub = hub;
    this.token = token;
  }

  @Override
  public void fetch(Source.Hub source, FetchJob job) throws IOException, InterruptedException {
    long here = 0;
    for (ModelFile file : job.files()) {
      Path part = part(job, file);
      Files.createDirectories(part.resolveSibling("."));
      here += Files.isRegularFile(part) ? Files.size(part) : 0;
    }
    job.meter().start(here, job.bytes());
    Patience patience = job.last() ? Patience.LONG : Patience.SHORT;
    try (HttpDownload http = new HttpDownload(token, patience, job.meter())) {
      for (ModelFile file : job.files()) {
        one(http, source, file, job);
      }
    }
  }

  private void one(HttpDownload http, Source.Hub source, ModelFile file, FetchJob job)
      throws IOException, InterruptedException {
    URI uri =
        URI.create(
            "%s/%s/resolve/%s/%s"
                .formatted(hub, source.repository(), source.revision(), file.path()));
    Path part = part(job, file);
    boolean resumed = Files.isRegularFile(part) && Files.size(part) > 0;
    complete(http, uri, part, file);
    if (resumed && !FileDigest.matches(part, file)) {
      job.meter().add(-Files.size(part));
      Files.delete(part); // the earlier piece was no good: once more, from the start
      complete(http, uri, part, file);
    }
    Files.move(part, job.target(file), StandardCopyOption.REPLACE_EXISTING);
  }

  private static void complete(HttpDownload http, URI uri, Path part, ModelFile file)
      throws IOException, InterruptedException {
    for (int i = 0; ; i++) {
      try {
        http.download(uri, part, file);
        return;
      } catch (CutOffException e) {
        if (i == RESUMES) {
          throw new FetchException(String.valueOf(e.getMessage()), e);
        }
      }
    }
  }

  private static Path part(FetchJob job, ModelFile file) {
    return job.staging().resolve(file.path() + ".part");
  }
}
