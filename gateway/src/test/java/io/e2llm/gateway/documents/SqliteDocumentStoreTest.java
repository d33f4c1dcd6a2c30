package io.e2llm.gateway.documents;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Documents in a file. */
final class SqliteDocumentStoreTest extends DocumentStoreContract {
  private final Path folder;

  SqliteDocumentStoreTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Override
  DocumentStore open() {
    return SqlDocumentStore.file(folder.resolve("documents.db"));
  }

  @Test
  void fileThatCannotBeOpened_isTold() {
    Path nowhere = folder.resolve("no such folder").resolve("documents.db");
    DocumentStoreException told =
        assertThrows(DocumentStoreException.class, () -> SqlDocumentStore.file(nowhere));
    assertFalse(told.changed());
  }
}
