package io.e2llm.engine.catalogue;

/**
 * Is told how a fetch goes on, by the thread that fetches. Two models fetched at once call it from
 * two threads.
 */
public interface FetchListener {
  /** Hears nothing. */
  FetchListener SILENT = new FetchListener() {};

  /** A source is about to be tried. */
  default void trying(CatalogueModel model, Source source) {}

  /** More has arrived; at most ten times a second, and once at the end of a source. */
  default void progress(CatalogueModel model, FetchProgress progress) {}

  /** A source failed, and the next one, if any, is tried. */
  default void failed(CatalogueModel model, Source source, String why) {}

  /** Another process fetches this model: this one waits. */
  default void waiting(CatalogueModel model) {}

  /** All files are there and have the right digests. */
  default void finished(CatalogueModel model) {}
}
