package io.e2llm.engine.catalogue;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/** A body whose reading fails when nothing arrives for too long. */
final class SilenceGuard extends FilterInputStream {
  private final Future<?> watch;
  private volatile long lastNanos = System.nanoTime();
  private volatile boolean silent;

  SilenceGuard(InputStream in, Duration silence, ExecutorService threads) {
    super(in);
    watch = threads.submit(() -> watch(silence));
  }

  private Void watch(Duration silence) throws InterruptedException, IOException {
    while (true) {
      long left = silence.toNanos() - (System.nanoTime() - lastNanos);
      if (left <= 0) {
        silent = true;
        in.close();
        return null;
      }
      Thread.sleep(Duration.ofNanos(left));
    }
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    int n = in.read(into, offset, length);
    if (silent) {
      throw new IOException("nothing arrives any more");
    }
    lastNanos = System.nanoTime();
    return n;
  }

  @Override
  public void close() throws IOException {
    watch.cancel(true);
    in.close();
  }
}
