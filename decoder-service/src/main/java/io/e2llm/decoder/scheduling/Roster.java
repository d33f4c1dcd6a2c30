package io.e2llm.decoder.scheduling;

import io.e2llm.common.error.ServingException;
import io.e2llm.decoder.prefix.Lease;
import io.e2llm.decoder.prefix.PrefixCache;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All generations inside, in order of arrival, and how they leave. Scheduler's thread only. */
final class Roster {
  private static final Logger log = LoggerFactory.getLogger(Roster.class);

  private final List<Generation> generations = new ArrayList<>();
  private final PrefixCache cache;
  private final SchedulerLimits limits;
  private final Door door;
  private final LongSupplier nanoTime;
  private final SchedulerObserver observer;

  Roster(
      PrefixCache cache,
      SchedulerLimits limits,
      Door door,
      LongSupplier nanoTime,
      SchedulerObserver observer) {
    this.cache = cache;
    this.limits = limits;
    this.door = door;
    this.nanoTime = nanoTime;
    this.observer = observer;
  }

  /** Those that are not gone, in order of arrival; some may be gone since the last sweep. */
  List<Generation> all() {
    return generations;
  }

  void add(Generation generation) {
    generations.add(generation);
  }

  /** Ends those that have expired. */
  void expire() {
    long now = nanoTime.getAsLong();
    for (Generation generation : generations) {
      ServingException expired = Timers.expired(generation, limits, now);
      if (expired != null) {
        fail(generation, expired);
      }
    }
  }

  /** Takes slow readers out of the plan. */
  void pauseSlowReaders() {
    long now = nanoTime.getAsLong();
    for (Generation generation : generations) {
      if (generation.inside()
          && !generation.paused()
          && generation.events.undelivered() > limits.undelivered()) {
        generation.pause(now);
        settle(generation); // the events may have left in between
      }
    }
  }

  /** Events were delivered: puts a paused generation back, lets a finished one go. */
  void settle(Generation generation) {
    int undelivered = generation.events.undelivered();
    if (generation.phase == Phase.DELIVERING && undelivered == 0) {
      leave(generation);
    } else if (generation.inside()
        && generation.paused()
        && undelivered <= limits.undelivered() / 2) {
      generation.resume();
    }
  }

  /** It has generated everything. */
  void end(Generation generation) {
    freeLease(generation);
    generation.reader.forget();
    generation.pause(nanoTime.getAsLong());
    generation.phase = generation.phase.to(Phase.DELIVERING);
    generation.events.end(generation.end(nanoTime.getAsLong()));
    settle(generation);
  }

  /** It ends with a failure. */
  void fail(Generation generation, ServingException failure) {
    observer.failed(failure.reason());
    try {
      leave(generation);
    } finally {
      generation.events.fail(failure);
    }
  }

  /** It ends without a word. */
  void leave(Generation generation) {
    if (generation.phase != Phase.GONE) {
      generation.phase = generation.phase.to(Phase.GONE);
      generation.reader.forget();
      try {
        freeLease(generation);
      } finally {
        door.leave();
      }
    }
  }

  /** Its KV belongs to nobody until others want it, and it reads from the beginning. */
  void freeLease(Generation generation) {
    generation.dropUnfinished();
    Lease lease = generation.lease;
    generation.lease = null;
    generation.reader.seek(0);
    if (lease != null) {
      cache.close(lease);
    }
  }

  /** Ends all. */
  void failAll(ServingException failure) {
    for (Generation generation : generations) {
      try {
        if (generation.inside()) {
          fail(generation, failure);
        } else {
          leave(generation);
        }
      } catch (RuntimeException | Error e) {
        log.error("a generation does not end cleanly", e);
      }
    }
    generations.clear();
  }

  /** Drops those that are gone. */
  void sweep() {
    generations.removeIf(generation -> generation.phase == Phase.GONE);
  }

  /** How things stand. */
  SchedulerObserver.Load load(long preemptions) {
    long now = nanoTime.getAsLong();
    int waiting = 0;
    int running = 0;
    int paused = 0;
    long oldest = 0;
    long softBytes = 0;
    for (Generation generation : generations) {
      softBytes += generation.reader.softBytes();
      if (generation.phase == Phase.WAITING) {
        waiting++;
        oldest = Math.max(oldest, now - generation.arrivedNanos);
      } else if (generation.running()) {
        running++;
        paused += generation.paused() ? 1 : 0;
      }
    }
    return new SchedulerObserver.Load(
        waiting, oldest, running, paused, preemptions, softBytes, cache.state());
  }
}
