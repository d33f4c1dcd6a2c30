package io.e2llm.engine.catalogue;

import java.io.IOException;

/**
 * Brings files from one kind of source.
 *
 * @param <S> the kind
 */
interface Fetcher<S extends Source> {
  /**
   * Puts every file of the job into its staging folder. The digests are checked by the caller.
   *
   * @throws FetchException when the source does not give them; the next source is then tried
   * @throws IOException when this machine fails, for example with a full disk
   */
  void fetch(S source, FetchJob job) throws IOException, InterruptedException;
}
