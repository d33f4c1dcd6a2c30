package io.e2llm.gateway.documents;

import io.e2llm.common.error.Reason;
import io.e2llm.common.error.ServingException;
import java.time.Clock;
import java.time.Instant;
import java.util.Iterator;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The documents of a gateway, with failures as they are told to clients. Thread-safe; methods may
 * block.
 */
public final class Documents {
  private static final Logger log = LoggerFactory.getLogger(Documents.class);

  private final Optional<DocumentStore> store;
  private final DocumentSettings settings;
  private final Clock clock;

  /**
   * Documents in a store.
   *
   * @param store stays the caller's; empty where documents are not kept
   */
  public Documents(Optional<DocumentStore> store, DocumentSettings settings, Clock clock) {
    this.store = store;
    this.settings = settings;
    this.clock = clock;
  }

  /** No documents at all. */
  public static Documents none() {
    return new Documents(Optional.empty(), DocumentSettings.defaults(), Clock.systemUTC());
  }

  /** Whether documents are kept. */
  public boolean kept() {
    return store.isPresent();
  }

  /** What an operator has set. */
  public DocumentSettings settings() {
    return settings;
  }

  /** The present. */
  public Instant now() {
    return clock.instant();
  }

  /**
   * The store.
   *
   * @throws ServingException NO_DOCUMENTS where there is none
   */
  public DocumentStore store() {
    return store.orElseThrow(
        () -> new ServingException(Reason.NO_DOCUMENTS, "this gateway keeps no documents"));
  }

  /**
   * A document.
   *
   * @throws ServingException UNKNOWN_DOCUMENT when there is none, STORE_UNREACHABLE
   */
  public StoredDocument get(DocumentKey key) {
    return told(() -> store().find(key, now())).orElseThrow(Documents::unknown);
  }

  /**
   * A document's text, in pieces.
   *
   * @throws ServingException UNKNOWN_DOCUMENT when there is none, STORE_UNREACHABLE; the pieces
   *     throw DOCUMENT_CHANGED when it is replaced meanwhile
   */
  public Iterable<String> text(DocumentKey key) {
    Iterable<String> pieces = told(() -> store().text(key, now())).orElseThrow(Documents::unknown);
    return () -> {
      Iterator<String> own = told(pieces::iterator);
      return new Iterator<>() {
        @Override
        public boolean hasNext() {
          return told(own::hasNext);
        }

        @Override
        public String next() {
          return told(own::next);
        }
      };
    };
  }

  /**
   * A key of the shared tenant.
   *
   * @throws ServingException INVALID_REQUEST when the id is none
   */
  public static DocumentKey key(String id) {
    if (!DocumentKey.isId(id)) {
      throw new ServingException(
          Reason.INVALID_REQUEST, "a document's id is 1 to 128 of A-Z, a-z, 0-9, '.', '_' and '-'");
    }
    return new DocumentKey("", id);
  }

  private static ServingException unknown() {
    return new ServingException(Reason.UNKNOWN_DOCUMENT, "there is no such document");
  }

  /** Does something with the store; its failures are told. */
  public static <T> T told(Supplier<T> work) {
    try {
      return work.get();
    } catch (DocumentStoreException e) {
      if (!e.changed()) {
        log.warn("the store of documents failed", e);
      }
      throw e.changed()
          ? new ServingException(Reason.DOCUMENT_CHANGED, String.valueOf(e.getMessage()), e)
          : new ServingException(Reason.STORE_UNREACHABLE, String.valueOf(e.getMessage()), e);
    }
  }
}
