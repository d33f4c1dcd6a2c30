package io.e2llm.engine.catalogue;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HubStoreTest {
  private final Path root;
  private final FakeHub hub;

  HubStoreTest(@TempDir Path root) throws IOException {
    this.root = root;
    hub = new FakeHub();
  }

  @AfterEach
  void stop() {
    hub.close();
  }

  private ModelStore store() {
    return new ModelStore(Samples.settings(root, hub.uri()), FetchListener.SILENT);
  }

  @Test
  void missingModel_isFetchedAndInstalled() throws Exception {
    Path path = store().ensure(Samples.model(Samples.hub()));

    assertEquals(root.resolve("models/tiny/sub/weights.bin"), path);
    assertArrayEquals(Samples.WEIGHTS, Files.readAllBytes(path));
    assertFalse(Files.exists(root.resolve("models/.staging/tiny")));
    assertEquals(List.of("Bearer secret", "Bearer secret"), hub.tokens);
  }

  @Test
  void installedModel_needsNoNetwork() throws Exception {
    store().ensure(Samples.model(Samples.hub()));
    hub.close();

    assertTrue(Files.exists(store().ensure(Samples.model(Samples.hub()))));
    assertEquals(2, hub.requests.size());
  }

  @Test
  void changedFile_isFetchedAgain() throws Exception {
    store().ensure(Samples.model(Samples.hub()));
    Files.writeString(root.resolve("models/tiny/config.json"), "{}");

    assertTrue(store().installed(Samples.model(Samples.hub())).isEmpty());
    store().ensure(Samples.model(Samples.hub()));

    assertArrayEquals(Samples.CONFIG, Files.readAllBytes(root.resolve("models/tiny/config.json")));
    assertEquals(List.of("config.json", "weights.bin", "config.json"), hub.requests);
  }

  @Test
  void connectionBroken_goesOnWhereItStopped() throws Exception {
    hub.cutOffs.set(1);

    Path path = store().ensure(Samples.model(Samples.hub()));

    assertArrayEquals(Samples.WEIGHTS, Files.readAllBytes(path));
    assertEquals(3, hub.requests.size());
    assertTrue(hub.requests.getLast().startsWith("weights.bin bytes="), hub.requests::toString);
  }

  @Test
  void processCutOff_resumesFromPart() throws Exception {
    part(Arrays.copyOf(Samples.WEIGHTS, 1234));

    Path path = store().ensure(Samples.model(Samples.hub()));

    assertArrayEquals(Samples.WEIGHTS, Files.readAllBytes(path));
    assertEquals("weights.bin bytes=1234-", hub.requests.getLast());
  }

  @Test
  void partOfOtherContent_startsAgain() throws Exception {
    part(new byte[1234]);

    Path path = store().ensure(Samples.model(Samples.hub()));

    assertArrayEquals(Samples.WEIGHTS, Files.readAllBytes(path));
    assertEquals(List.of("config.json", "weights.bin bytes=1234-", "weights.bin"), hub.requests);
  }

  @Test
  void serverWithoutRanges_startsAgain() throws Exception {
    hub.ranges = false;
    part(Arrays.copyOf(Samples.WEIGHTS, 1234));

    assertArrayEquals(
        Samples.WEIGHTS, Files.readAllBytes(store().ensure(Samples.model(Samples.hub()))));
  }

  @Test
  void wrongDigest_isDeletedAndTold() throws Exception {
    byte[] wrong = Samples.WEIGHTS.clone();
    wrong[5]++;
    hub.put("sub/weights.bin", wrong);

    String message = Samples.refusal(() -> store().ensure(Samples.model(Samples.hub())));

    assertTrue(
        message.contains("gave the wrong digest for sub/weights.bin, which was deleted"), message);
    assertFalse(Files.exists(root.resolve("models/tiny/sub/weights.bin")));
    assertFalse(Files.exists(root.resolve("models/.staging/tiny/sub/weights.bin")));
    assertTrue(store().installed(Samples.model(Samples.hub())).isEmpty());
  }

  @Test
  void shorterFile_isRefused() {
    hub.put("sub/weights.bin", new byte[10]);

    String message = Samples.refusal(() -> store().ensure(Samples.model(Samples.hub())));

    assertTrue(message.contains("ends after 10 of 300000 bytes"), message);
  }

  @Test
  void longerFile_isRefused() {
    hub.put("sub/weights.bin", new byte[400_000]);

    String message = Samples.refusal(() -> store().ensure(Samples.model(Samples.hub())));

    assertTrue(message.contains("longer than the catalogue says"), message);
  }

  @Test
  void missingFile_isTold() {
    Source elsewhere = new Source.Hub("org/other", Samples.REVISION);

    String message = Samples.refusal(() -> store().ensure(Samples.model(elsewhere)));

    assertTrue(message.contains("hf:org/other@" + Samples.REVISION + " has no config.json"));
  }

  @Test
  void redirectElsewhere_losesToken() throws Exception {
    try (FakeHub other = new FakeHub()) {
      hub.redirect = other.uri().toString();

      store().ensure(Samples.model(Samples.hub()));

      assertEquals(List.of("Bearer secret", "Bearer secret"), hub.tokens);
      assertEquals(List.of("null", "null"), other.tokens);
    }
  }

  private void part(byte[] content) throws IOException {
    Path part = root.resolve("models/.staging/tiny/sub/weights.bin.part");
    Files.createDirectories(root.resolve("models/.staging/tiny/sub"));
    Files.write(part, content);
  }
}
