package io.e2llm.encoder;

import com.google.common.util.concurrent.MoreExecutors;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one call's tasks one after another, in the order they came, on threads that all calls share.
 * After the tier has closed, tasks are dropped: their call has been ended.
 */
final class CallSequence implements Executor {
  private static final Logger log = LoggerFactory.getLogger(CallSequence.class);

  private final Executor sequential;

  CallSequence(Executor threads) {
    this.sequential = MoreExecutors.newSequentialExecutor(threads);
  }

  @Override
  public void execute(Runnable task) {
    try {
      sequential.execute(task);
    } catch (RejectedExecutionException e) {
      log.debug("the tier has closed", e);
    }
  }
}
