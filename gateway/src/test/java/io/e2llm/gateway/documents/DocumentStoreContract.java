package io.e2llm.gateway.documents;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.e2llm.gateway.documents.DocumentStore.Writer;
import io.e2llm.gateway.documents.StoredDocument.Encoding;
import io.e2llm.gateway.documents.StoredDocument.Lifetime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every store keeps to. */
@Timeout(120)
abstract class DocumentStoreContract {
  private static final Instant NOW = Instant.ofEpochSecond(1_700_000_000);

  private final String tenant = UUID.randomUUID().toString();
  private final List<DocumentStore> opened = new ArrayList<>();

  /** Opens the store, anew with each call. */
  abstract DocumentStore open();

  private DocumentStore store() {
    DocumentStore store = open();
    opened.add(store);
    return store;
  }

  @AfterEach
  void close() {
    opened.forEach(DocumentStore::close);
  }

  private DocumentKey key(String id) {
    return new DocumentKey(tenant, id);
  }

  private StoredDocument document(String id, Lifetime lifetime) {
    return new StoredDocument(
        key(id), "", "A title", "text/plain", 10, 5, NOW, lifetime, Optional.empty());
  }

  private boolean put(DocumentStore store, String id, String text, Lifetime lifetime) {
    try (Writer writer = store.write(NOW)) {
      writer.add(text);
      return writer.finish(document(id, lifetime));
    }
  }

  private static Lifetime forEver() {
    return new Lifetime(false, Optional.empty());
  }

  private String text(DocumentStore store, String id) {
    StringBuilder text = new StringBuilder();
    store.text(key(id), NOW).orElseThrow().forEach(text::append);
    return text.toString();
  }

  @Test
  void document_isThereForEveryStoreOverTheSameData() {
    DocumentStore first = store();
    assertTrue(put(first, "a", "One, two 𝄞.", forEver()));
    DocumentStore second = store();
    StoredDocument found = second.find(key("a"), NOW).orElseThrow();
    assertEquals("A title", found.title());
    assertEquals(NOW, found.created());
    assertEquals("One, two 𝄞.", text(second, "a"));
    assertTrue(second.find(key("b"), NOW).isEmpty());
    assertTrue(second.find(new DocumentKey("somebody else", "a"), NOW).isEmpty());
  }

  @Test
  void longText_comesBackAsItWas() {
    DocumentStore store = store();
    StringBuilder text = new StringBuilder();
    try (Writer writer = store.write(NOW)) {
      for (int i = 0; i < 2000; i++) {
        String line = "line " + i + " 𝄞".repeat(100) + "\n";
        text.append(line);
        writer.add(line);
      }
      assertTrue(writer.finish(document("long", forEver())));
    }
    assertEquals(text.toString(), text(store, "long"));
  }

  @Test
  void secondUpload_replacesTheFirst() {
    DocumentStore store = store();
    assertTrue(put(store, "a", "old", forEver()));
    String before = store.find(key("a"), NOW).orElseThrow().version();
    assertFalse(put(store, "a", "new", forEver()));
    assertEquals("new", text(store, "a"));
    assertFalse(store.find(key("a"), NOW).orElseThrow().version().equals(before));
  }

  @Test
  void replacedWhileRead_isToldAndNeverCutShort() {
    DocumentStore store = store();
    String text = "x".repeat(300_000);
    assertTrue(put(store, "a", text, forEver()));
    Iterator<String> pieces = store.text(key("a"), NOW).orElseThrow().iterator();
    assertFalse(pieces.next().isEmpty());
    assertFalse(put(store, "a", "other", forEver()));
    assertTrue(assertThrows(DocumentStoreException.class, pieces::next).changed());
  }

  @Test
  void unfinishedUpload_leavesTheOldOne() {
    DocumentStore store = store();
    assertTrue(put(store, "a", "old", forEver()));
    try (Writer writer = store.write(NOW)) {
      writer.add("y".repeat(300_000));
    }
    assertEquals("old", text(store, "a"));
  }

  @Test
  void expired_isGoneUnlessPinned() {
    DocumentStore store = store();
    Optional<Instant> soon = Optional.of(NOW.plusSeconds(60));
    assertTrue(put(store, "brief", "a", new Lifetime(false, soon)));
    assertTrue(put(store, "pinned", "b", new Lifetime(true, soon)));
    Instant later = NOW.plusSeconds(60);
    assertTrue(store.find(key("brief"), NOW).isPresent());
    assertTrue(store.find(key("brief"), later).isEmpty());
    assertTrue(store.text(key("brief"), later).isEmpty());
    assertEquals(1, store.list(tenant, "", 10, later).size());
    store.sweep(later);
    assertTrue(store.find(key("brief"), NOW).isEmpty());
    assertEquals("b", text(store, "pinned"));
  }

  @Test
  void sweep_leavesUploadsThatGoOn() {
    DocumentStore store = store();
    try (Writer writer = store.write(NOW)) {
      writer.add("z".repeat(300_000));
      store.sweep(NOW.plus(Duration.ofHours(23)));
      assertTrue(writer.finish(document("slow", forEver())));
    }
    assertEquals(300_000, text(store, "slow").length());
  }

  @Test
  void list_goesOnBehindAnId() {
    DocumentStore store = store();
    for (String id : List.of("c", "a", "b")) {
      assertTrue(put(store, id, "x", forEver()));
    }
    List<String> first = store.list(tenant, "", 2, NOW).stream().map(d -> d.key().id()).toList();
    assertEquals(List.of("a", "b"), first);
    List<String> rest = store.list(tenant, "b", 2, NOW).stream().map(d -> d.key().id()).toList();
    assertEquals(List.of("c"), rest);
  }

  @Test
  void update_changesWhatIsStillThere() {
    DocumentStore store = store();
    assertTrue(put(store, "a", "x", forEver()));
    StoredDocument before = store.find(key("a"), NOW).orElseThrow();
    Encoding encoding = new Encoding("encoder", 12, 3);
    assertTrue(store.update(before.with("Another", new Lifetime(true, Optional.empty()))));
    assertTrue(store.encoded(before, encoding));
    StoredDocument after = store.find(key("a"), NOW).orElseThrow();
    assertEquals("Another", after.title());
    assertTrue(after.lifetime().pinned());
    assertEquals(Optional.of(encoding), after.encoding());
    assertFalse(put(store, "a", "y", forEver()));
    assertFalse(store.update(before));
    assertFalse(store.encoded(before, encoding));
  }

  @Test
  void delete_tellsWhetherThereWasOne() {
    DocumentStore store = store();
    long bytes = store.bytes();
    assertTrue(put(store, "a", "x", forEver()));
    assertEquals(bytes + 10, store.bytes());
    assertTrue(store.delete(key("a")));
    assertFalse(store.delete(key("a")));
    assertTrue(store.find(key("a"), NOW).isEmpty());
    assertEquals(bytes, store.bytes());
  }

  @Test
  void manyUploadsAtOnce_allStand() throws Exception {
    DocumentStore store = store();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Boolean>> uploads = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        String id = "d" + i % 20;
        uploads.add(() -> put(store, id, id.repeat(50_000), forEver()));
      }
      for (Future<Boolean> upload : threads.invokeAll(uploads)) {
        Boolean unused = upload.get();
      }
    }
    List<StoredDocument> all = store.list(tenant, "", 100, NOW);
    assertEquals(20, all.size());
    for (StoredDocument document : all) {
      String id = document.key().id();
      assertEquals(id.repeat(50_000), text(store, id));
    }
  }

  @Test
  void key_withOtherCharacters_isRefused() {
    for (String id : List.of("", "a b", "ä", "a/b", "x".repeat(129))) {
      assertThrows(IllegalArgumentException.class, () -> key(id));
    }
  }
}
