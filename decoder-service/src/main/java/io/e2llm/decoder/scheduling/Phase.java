package io.e2llm.decoder.scheduling;

import java.util.EnumSet;
import java.util.Set;

/** Where a generation stands, and where it may go from there. */
enum Phase {
  /** In the queue, or sent back to it: holds no KV cache. */
  WAITING,
  /** Was let in and reads what it has not read: its prompt, or all again after it had to wait. */
  READING,
  /** Has read everything and generates. */
  WRITING,
  /** Has generated everything and freed its sequence; events are still undelivered. */
  DELIVERING,
  /** Nothing is left of it. */
  GONE;

  private static final Set<Phase> AFTER_WAITING = EnumSet.of(READING, DELIVERING, GONE);
  private static final Set<Phase> AFTER_READING = EnumSet.of(WAITING, WRITING, DELIVERING, GONE);
  private static final Set<Phase> AFTER_WRITING = EnumSet.of(WAITING, DELIVERING, GONE);
  private static final Set<Phase> AFTER_DELIVERING = EnumSet.of(GONE);

  /** The phases that may follow this one. */
  Set<Phase> next() {
    return switch (this) {
      case WAITING -> AFTER_WAITING;
      case READING -> AFTER_READING;
      case WRITING -> AFTER_WRITING;
      case DELIVERING -> AFTER_DELIVERING;
      case GONE -> Set.of();
    };
  }

  /** Goes on to {@code phase}, if that may follow. */
  Phase to(Phase phase) {
    if (!next().contains(phase)) {
      throw new IllegalStateException(this + " is never followed by " + phase);
    }
    return phase;
  }
}
