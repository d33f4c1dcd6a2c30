package io.e2llm.engine.catalogue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Downloads files over HTTP, going on where a file was cut off. One thread only; close ends what is
 * under way.
 */
final class HttpDownload implements AutoCloseable {
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient client =
      HttpClient.newBuilder()
          .followRedirects(HttpClient.Redirect.NEVER)
          .version(HttpClient.Version.HTTP_1_1)
          .executor(threads)
          .build();
  private final HttpAnswer answers;
  private final Patience patience;
  private final ProgressMeter meter;

  HttpDownload(Optional<String> token, Patience patience, ProgressMeter meter) {
    this.answers = new HttpAnswer(client, threads, token, patience);
    this.patience = patience;
    this.meter = meter;
  }

  /**
   * Brings {@code part} to the file's full length.
   *
   * @throws CutOffException when the body ended early after at least one byte
   * @throws FetchException when the server does not give the file
   */
  void download(URI uri, Path part, ModelFile file) throws IOException, InterruptedException {
    long here = Files.isRegularFile(part) ? Files.size(part) : 0;
    if (here > file.bytes()) {
      Files.delete(part);
      meter.add(-here);
      here = 0;
    }
    if (here == file.bytes() && here > 0) {
      return;
    }
    HttpResponse<InputStream> response = answers.get(uri, here, file);
    try (SilenceGuard in = new SilenceGuard(response.body(), patience.silence(), threads)) {
      boolean goesOn = response.statusCode() == 206 && HttpAnswer.begins(response, here);
      if (response.statusCode() == 206 && !goesOn) {
        throw new FetchException("sends another part of " + file.path() + " than asked for");
      }
      if (!goesOn) {
        meter.add(-here);
        here = 0;
      }
      copy(in, part, here, file);
    }
  }

  private void copy(InputStream in, Path part, long here, ModelFile file) throws IOException {
    long written = here;
    boolean longer;
    byte[] buffer = new byte[1 << 16];
    try (OutputStream out =
        here > 0
            ? Files.newOutputStream(part, StandardOpenOption.APPEND)
            : Files.newOutputStream(part)) {
      int n = read(in, buffer, file, here, written);
      while (n >= 0 && written + n <= file.bytes()) {
        out.write(buffer, 0, n);
        written += n;
        meter.add(n);
        n = read(in, buffer, file, here, written);
      }
      longer = n >= 0;
    }
    if (longer) {
      Files.delete(part);
      throw new FetchException(file.path() + " is longer than the catalogue says");
    }
    if (written < file.bytes()) {
      throw new FetchException(
          "%s ends after %d of %d bytes".formatted(file.path(), written, file.bytes()));
    }
  }

  /** Reads on; only a failure to read is a cut-off, a failure to write is this machine's. */
  private static int read(InputStream in, byte[] buffer, ModelFile file, long here, long written)
      throws IOException {
    try {
      return in.read(buffer);
    } catch (IOException e) {
      String what =
          "%s was cut off after %d of %d bytes".formatted(file.path(), written, file.bytes());
      throw written > here ? new CutOffException(what, e) : new FetchException(what, e);
    }
  }

  @Override
  public void close() {
    client.shutdownNow();
    threads.shutdownNow();
  }
}
