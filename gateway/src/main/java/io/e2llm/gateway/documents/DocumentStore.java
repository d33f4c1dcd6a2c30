package io.e2llm.gateway.documents;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Where documents are kept. Several gateways may share one. What is stored is there for all of them
 * at once, and survives a restart. Thread-safe; methods may block, and throw {@link
 * DocumentStoreException} when the store cannot be reached.
 */
public interface DocumentStore extends AutoCloseable {
  /**
   * Begins to write a document's text; nobody sees it before {@link Writer#finish}.
   *
   * @param now what is never finished goes some time after this
   */
  Writer write(Instant now);

  /** The text of a document on its way into the store. Belongs to one thread. */
  interface Writer extends AutoCloseable {
    /** Appends to the text. */
    void add(String text);

    /**
     * Puts the document in its place.
     *
     * @return whether there was none by that key before
     */
    boolean finish(StoredDocument document);

    /** Takes back what was not finished. */
    @Override
    void close();
  }

  /** A document, unless its time is over. */
  Optional<StoredDocument> find(DocumentKey key, Instant now);

  /**
   * A document's text, unless its time is over: the pieces as they are asked for.
   *
   * @return pieces that throw {@link DocumentStoreException} when the document is replaced or
   *     deleted before the last is read
   */
  Optional<Iterable<String>> text(DocumentKey key, Instant now);

  /**
   * A tenant's documents by their ids.
   *
   * @param after the id behind which to begin; empty for the first
   */
  List<StoredDocument> list(String tenant, String after, int most, Instant now);

  /**
   * Changes title and lifetime of a document that is still the one that was stored then.
   *
   * @return whether it is
   */
  boolean update(StoredDocument document);

  /**
   * Notes what encoders have made of a document that is still the one that was stored then.
   *
   * @return whether it is
   */
  boolean encoded(StoredDocument document, StoredDocument.Encoding encoding);

  /** Deletes a document; returns whether there was one. */
  boolean delete(DocumentKey key);

  /** Bytes of all documents as they were uploaded. */
  long bytes();

  /** Removes what is over, and what was begun a day ago and never finished. */
  void sweep(Instant now);

  @Override
  void close();
}
