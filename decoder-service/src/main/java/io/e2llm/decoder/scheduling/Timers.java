package io.e2llm.decoder.scheduling;

import io.e2llm.common.error.Reason;
import io.e2llm.common.error.ServingException;
import org.jspecify.annotations.Nullable;

/** What ends a generation by the clock alone: its deadline, a slow reader, a slow writer. */
final class Timers {
  private Timers() {}

  /** Why {@code generation} has expired; null while it has not. */
  static @Nullable ServingException expired(
      Generation generation, SchedulerLimits limits, long now) {
    if (generation.phase == Phase.GONE) {
      return null;
    }
    if (deadline(generation, now) <= 0) {
      return new ServingException(
          Reason.DEADLINE_EXCEEDED, "the deadline passed before the generation ended");
    }
    if (reader(generation, limits, now) <= 0) {
      return new ServingException(
          Reason.SLOW_READER,
          "events were not read within " + limits.slowReader().toMillis() + " ms");
    }
    if (writer(generation, limits, now) <= 0) {
      return new ServingException(
          Reason.SLOW_WRITER,
          "the next message did not come within " + limits.slowWriter().toMillis() + " ms");
    }
    return null;
  }

  /** Nanoseconds until it expires, if nothing happens. */
  static long remaining(Generation generation, SchedulerLimits limits, long now) {
    return Math.min(
        deadline(generation, now),
        Math.min(reader(generation, limits, now), writer(generation, limits, now)));
  }

  private static long deadline(Generation generation, long now) {
    long deadline = generation.request.deadlineNanos();
    return deadline == GenerationRequest.NO_DEADLINE ? Long.MAX_VALUE : deadline - now;
  }

  private static long reader(Generation generation, SchedulerLimits limits, long now) {
    return generation.paused()
        ? generation.pausedNanos + limits.slowReader().toNanos() - now
        : Long.MAX_VALUE;
  }

  /** A sender that is not asked for more, because the generation waits for room, is not slow. */
  private static long writer(Generation generation, SchedulerLimits limits, long now) {
    boolean asked = generation.phase == Phase.READING || generation.reader.softTokens() == 0;
    return asked && !generation.reader.closed()
        ? generation.heardNanos + limits.slowWriter().toNanos() - now
        : Long.MAX_VALUE;
  }
}
