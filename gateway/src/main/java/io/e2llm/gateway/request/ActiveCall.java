package io.e2llm.gateway.request;

import io.e2llm.common.error.ServingException;

/** A call of a client, on a thread of its own. */
public interface ActiveCall extends Runnable {
  /** Ends the call with {@code failure}. Any thread. */
  void abort(ServingException failure);
}
