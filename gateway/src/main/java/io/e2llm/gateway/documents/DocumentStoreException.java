package io.e2llm.gateway.documents;

import java.io.Serial;

/** The store of documents cannot be reached, or a document is not any more what it was. */
public final class DocumentStoreException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  private final boolean changed;

  private DocumentStoreException(String message, Throwable cause) {
    super(message, cause);
    changed = false;
  }

  private DocumentStoreException(String message) {
    super(message);
    changed = true;
  }

  /** The store failed. */
  static DocumentStoreException failed(Throwable cause) {
    return new DocumentStoreException("the store of documents does not answer", cause);
  }

  /** A document was replaced or deleted while it was read. */
  static DocumentStoreException replaced() {
    return new DocumentStoreException("the document was replaced or deleted while it was read");
  }

  /** Whether the document was replaced or deleted; otherwise the store failed. */
  public boolean changed() {
    return changed;
  }
}
