package io.e2llm.gateway;

import io.e2llm.gateway.documents.DocumentStoreException;
import io.e2llm.gateway.documents.Documents;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes documents whose time is over, on a thread of its own, until it is closed. */
final class DocumentKeeper implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(DocumentKeeper.class);

  private final Documents documents;
  private final Duration pause;
  private final Thread thread;

  /** Begins at once, and again after each pause. */
  DocumentKeeper(Documents documents, Duration pause) {
    this.documents = documents;
    this.pause = pause;
    thread = Thread.ofVirtual().name("e2llm-gateway-documents").start(this::run);
  }

  private void run() {
    try {
      while (true) {
        sweep();
        Thread.sleep(pause);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void sweep() {
    try {
      documents.store().sweep(documents.now());
    } catch (DocumentStoreException e) {
      log.warn("documents whose time is over cannot be removed now", e);
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
