package io.e2llm.decoder.scheduling;

import io.e2llm.common.error.ServingException;
import io.e2llm.decoder.v1.GenerationEnd;
import io.e2llm.decoder.v1.TokenEvent;

/**
 * Where a generation's events go. All methods are called by the scheduler's thread and must not
 * block; a receiver that cannot pass events on keeps them and says so by {@link #undelivered}.
 * After {@link #end} or {@link #fail} nothing follows.
 */
public interface GenerationEvents {
  /**
   * Whether the generation now has room in the KV cache. While it has none, its sender should not
   * be asked for more than one soft prompt, so that waiting generations hold next to no memory.
   */
  void admitted(boolean admitted);

  /** A token. */
  void token(TokenEvent token);

  /** The end. */
  void end(GenerationEnd end);

  /** The failure that ended the generation. */
  void fail(ServingException failure);

  /** Events taken and not yet passed on. */
  int undelivered();
}
