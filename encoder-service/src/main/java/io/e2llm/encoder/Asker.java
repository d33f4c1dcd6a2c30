package io.e2llm.encoder;

import io.e2llm.common.error.ServingException;

/**
 * One call as the scheduler sees it. The two methods are called by the compute thread, once for
 * each ask that was not abandoned before; they must not block.
 */
abstract class Asker {
  /** Place in the line of calls, smaller is sooner; touched by the compute thread only. */
  long turn;

  /** Asks that wait for a step; touched by the compute thread only. */
  int waiting;

  /** The chunk of {@code ask} is there. */
  abstract void encoded(Ask ask, WireChunk chunk, boolean cached);

  /** There will be no result for {@code ask}. */
  abstract void failed(Ask ask, ServingException failure);
}
