package io.e2llm.decoder.scheduling;

import io.e2llm.common.error.Reason;
import io.e2llm.common.error.ServingException;
import io.e2llm.decoder.prefix.Lease;
import io.e2llm.decoder.prefix.PrefixCache;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Hands out the KV cache. Nothing is reserved: a generation is let in when what is known of its
 * prompt seems to fit, and gets room as it reads and writes. When there is none left, first what
 * nobody uses is forgotten, then the youngest that runs is sent back to the queue, where it keeps
 * its place by arrival: it reads its prompt and what it has generated again (or finds it still
 * there) and goes on as it would have. So the oldest always goes on, and ends if alone it fits.
 * Scheduler's thread only.
 */
final class KvRoom {
  /** Room is made for at least so many tokens more than are known, where there is enough. */
  private static final int LEAST_GROWTH = 64;

  private final PrefixCache cache;
  private final Roster roster;
  private final Sharing sharing;
  private final Admission admission;
  private final int window;
  private final int places;
  private long preemptions;

  KvRoom(PrefixCache cache, Roster roster, Sharing sharing, int places, int window) {
    this.cache = cache;
    this.roster = roster;
    this.sharing = sharing;
    this.places = places;
    this.window = window;
    admission = new Admission(places);
  }

  /** Lets in who may come in, in order; {@code now} is when their senders are next expected. */
  void admit(long now) {
    List<Generation> before = new ArrayList<>();
    List<Generation> waiting = new ArrayList<>();
    for (Generation generation : roster.all()) {
      if (generation.running()) {
        before.add(generation);
      } else if (generation.phase == Phase.WAITING && !generation.paused()) {
        waiting.add(generation);
      }
    }
    if (waiting.isEmpty() || before.size() >= places) {
      return;
    }
    List<Integer> running = new ArrayList<>();
    for (int i = 0; i < before.size(); i++) {
      running.add(outstanding(before.get(i), before.subList(0, i)));
    }
    int admitted =
        admission.admit(
            cache.usableTokens(),
            running,
            waiting.size(),
            index -> {
              int needs = sharing.needs(waiting.get(index), before, window);
              before.add(waiting.get(index));
              return needs;
            });
    for (Generation generation : waiting.subList(0, admitted)) {
      generation.phase = generation.phase.to(Phase.READING);
      generation.heardNanos = now;
      generation.events.admitted(true);
    }
  }

  private int outstanding(Generation generation, List<Generation> older) {
    int needs = sharing.needs(generation, older, window);
    Lease lease = generation.lease;
    return lease == null ? needs : (int) Math.max(0, needs - cache.spareTokens(lease));
  }

  /**
   * Makes room for what {@code generation} is about to read, at whatever cost to younger ones.
   *
   * @return whether it may; otherwise it was sent back to the queue or has failed
   */
  boolean make(Generation generation, int tokens) {
    while (!cache.makeRoom(generation.lease(), tokens, soon(generation, tokens))) {
      Generation youngest = youngest();
      if (youngest != null && youngest != generation) {
        preempt(youngest);
      } else if (!alone(generation)) {
        preempt(generation);
        return false;
      } else if (!readAlone(generation)) {
        return false;
      }
    }
    return true;
  }

  /** The rest of the prompt, as far as it is here, and some of what will be generated. */
  private int soon(Generation generation, int tokens) {
    Lease lease = generation.lease();
    int known = Math.max(0, generation.reader.available() - tokens);
    int after = lease.length() + tokens + known;
    int growth = Math.max(LEAST_GROWTH, (after - lease.shared()) / 4);
    return Math.max(0, known + Math.min(growth, generation.mostTokens(window) - after));
  }

  private @Nullable Generation youngest() {
    List<Generation> all = roster.all();
    for (int i = all.size() - 1; i >= 0; i--) {
      if (all.get(i).lease != null) {
        return all.get(i);
      }
    }
    return null;
  }

  private boolean alone(Generation generation) {
    return roster.all().stream().allMatch(other -> other == generation || other.lease == null);
  }

  /**
   * What it shares may hold memory that it has no use for: it reads all itself, and then fits.
   *
   * @return whether there is hope; otherwise it has failed
   */
  private boolean readAlone(Generation generation) {
    if (generation.lease().shared() == 0) {
      roster.fail(
          generation,
          new ServingException(Reason.KV_FULL, "the KV cache cannot hold the generation"));
      return false;
    }
    generation.readsAlone = true;
    roster.freeLease(generation);
    generation.phase = generation.phase == Phase.WRITING ? Phase.READING : generation.phase;
    generation.lease = cache.open(generation.root, generation.reader.keys(), 0);
    return true;
  }

  /** Sends a generation back to the queue, and with it the younger ones that hold nothing yet. */
  private void preempt(Generation victim) {
    List<Generation> all = roster.all();
    for (Generation generation : all.subList(all.indexOf(victim), all.size())) {
      if (generation.running()) {
        preemptions += generation.lease == null ? 0 : 1;
        roster.freeLease(generation);
        generation.phase = generation.phase.to(Phase.WAITING);
        generation.events.admitted(false);
      }
    }
  }

  /** Generations sent back to the queue so far. */
  long preemptions() {
    return preemptions;
  }
}
