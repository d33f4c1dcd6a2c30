package io.e2llm.decoder.scheduling;

import io.e2llm.common.error.Reason;
import io.e2llm.common.error.ServingException;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries out what other threads ask of the scheduler. Scheduler's thread only. */
final class Intake {
  private static final Logger log = LoggerFactory.getLogger(Intake.class);

  private final Roster roster;
  private final long kvTokens;
  private final int window;
  private final LongSupplier nanoTime;

  Intake(Roster roster, long kvTokens, int window, LongSupplier nanoTime) {
    this.roster = roster;
    this.kvTokens = kvTokens;
    this.window = window;
    this.nanoTime = nanoTime;
  }

  /** Carries out a command; one that fails ends its generation and nothing else. */
  void handle(Command command) {
    switch (command) {
      case Command.Stop stop -> {} // the loop looks by itself
      case Command.OfGeneration about -> {
        try {
          handle(about);
        } catch (RuntimeException | Error e) {
          log.error("a command failed; its generation ends", e);
          roster.fail(
              about.generation(), new ServingException(Reason.INTERNAL, "the decoder failed", e));
        }
      }
    }
  }

  private void handle(Command.OfGeneration command) {
    Generation generation = command.generation();
    if (!generation.inside()) {
      if (command instanceof Command.Cancel) {
        roster.leave(generation);
      }
      roster.settle(generation);
      return;
    }
    switch (command) {
      case Command.Begin begin -> roster.add(generation);
      case Command.Soft soft -> {
        generation.reader.soft(soft.index(), soft.softPrompt());
        heard(generation);
      }
      case Command.Reset reset -> reset(generation);
      case Command.Close close -> close(generation, close.tail());
      case Command.Cancel cancel -> roster.leave(generation);
      case Command.Delivered delivered -> roster.settle(generation);
    }
  }

  private void heard(Generation generation) {
    generation.heardNanos = nanoTime.getAsLong();
    try {
      checkFits(generation);
    } catch (ServingException e) {
      roster.fail(generation, e);
    }
  }

  /**
   * Refuses what can never fit, by the most it may come to need. Any thread may ask about a
   * generation that has not begun.
   *
   * @throws ServingException KV_FULL
   */
  void checkFits(Generation generation) {
    int most = generation.mostTokens(window);
    if (most > kvTokens) {
      throw new ServingException(
          Reason.KV_FULL,
          "the generation may need " + most + " tokens of KV cache, and there are " + kvTokens);
    }
  }

  private void reset(Generation generation) {
    generation.dropUnfinished();
    if (generation.reader.reset()) {
      roster.freeLease(generation);
    }
    generation.cached.reset(generation.request.head().length);
    heard(generation);
  }

  /** The prompt is whole: tokens of an earlier attempt are read with it and accepted as if new. */
  private void close(Generation generation, int[] tail) {
    PromptReader reader = generation.reader;
    generation.output.promptClosed(tail, window - reader.received() - tail.length);
    reader.close(tail);
    int[] earlier = generation.request.generated();
    for (int i = 0; i < earlier.length; i++) {
      if (generation.output.finished() != null) {
        String message = "generated_ids go on after id " + (i - 1) + ", which ended the output";
        roster.fail(generation, new ServingException(Reason.INVALID_REQUEST, message));
        return;
      }
      String unused = generation.output.accept(earlier[i]);
      reader.append(earlier[i]);
    }
    if (generation.output.finished() != null) {
      roster.end(generation);
    } else {
      heard(generation);
    }
  }
}
