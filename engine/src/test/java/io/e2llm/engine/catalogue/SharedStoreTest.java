package io.e2llm.engine.catalogue;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedStoreTest {
  private final Path root;

  SharedStoreTest(@TempDir Path root) {
    this.root = root;
  }

  @Test
  void manyAtOnce_fetchOnce() throws Exception {
    try (FakeHub hub = new FakeHub();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Path>> paths = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        ModelStore store = new ModelStore(Samples.settings(root, hub.uri()), FetchListener.SILENT);
        paths.add(threads.submit(() -> store.ensure(Samples.model(Samples.hub()))));
      }
      for (Future<Path> path : paths) {
        assertArrayEquals(Samples.WEIGHTS, Files.readAllBytes(path.get(30, TimeUnit.SECONDS)));
      }
      assertEquals(2, hub.requests.size());
    }
  }

  @Test
  void anotherProcessHolds_thisOneWaitsAndSaysSo() throws Exception {
    Path file = Files.createDirectories(root.resolve("models/.locks")).resolve("tiny");
    Process holder = holding(file);
    CountDownLatch waiting = new CountDownLatch(1);
    FetchListener listener =
        new FetchListener() {
          @Override
          public void waiting(CatalogueModel model) {
            waiting.countDown();
          }
        };
    try (FakeHub hub = new FakeHub();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      ModelStore store = new ModelStore(Samples.settings(root, hub.uri()), listener);
      assertEquals('h', holder.getInputStream().read());
      Future<Path> path = threads.submit(() -> store.ensure(Samples.model(Samples.hub())));

      assertTrue(waiting.await(30, TimeUnit.SECONDS));
      assertEquals(0, hub.requests.size());
      holder.destroy();

      assertTrue(Files.exists(path.get(30, TimeUnit.SECONDS)));
    } finally {
      holder.destroyForcibly();
    }
  }

  private static Process holding(Path file) throws Exception {
    return new ProcessBuilder(
            ProcessHandle.current().info().command().orElseThrow(),
            "-Xshare:auto",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            Holder.class.getName(),
            file.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /** Holds a file's lock until it is ended. */
  static final class Holder {
    private Holder() {}

    public static void main(String[] args) throws Exception {
      try (FileChannel channel =
              FileChannel.open(
                  Path.of(args[0]), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock lock = channel.lock()) {
        System.out.print(lock.isValid() ? 'h' : 'x');
        System.out.flush();
        new CountDownLatch(1).await();
      }
    }
  }
}
