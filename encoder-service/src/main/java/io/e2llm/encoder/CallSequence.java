package io.e2llm.encoder;

import com.google.common.util.concurrent.MoreExecutors;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one call's tasks one after another, in the order they came, on threads that all calls share.
 * After the tier has closed, tasks are dropped: open calls have been ended, new ones are refused.
 */
final class CallSequence {
  private static final Logger log = LoggerFactory.getLogger(CallSequence.class);

  private final Executor sequential;

  CallSequence(Executor threads) {
    this.sequential = MoreExecutors.newSequentialExecutor(threads);
  }

  /** Runs {@code task} after all before it; false when the tier has closed. */
  boolean execute(Runnable task) {
    try {
      sequential.execute(task);
      return true;
    } catch (RejectedExecutionException e) {
      log.debug("the tier has closed", e);
      return false;
    }
  }
}
