package io.e2llm.decoder.scheduling;

import io.e2llm.decoder.prefix.Lease;
import io.e2llm.decoder.prefix.PrefixCache;
import java.util.ArrayList;
import java.util.List;

/**
 * Sees to it that what several generations begin with is read once. Before each step every
 * generation that reads takes over what others have read by now, if it is much; and of those that
 * would read the same next, one does and the others <i>follow</i>: they stay out of the plan until
 * it has passed what they have in common, or cannot go on.
 *
 * <p>The one that reads is the one that is furthest, of equals the oldest. It is able to read, so
 * those that follow wait for nobody's sender or reader, at most for a piece of another's prompt;
 * and they are chosen anew before each step, so that one that is cancelled, paused or sent away is
 * followed no longer. One whose piece is being read stays where it is until that is done.
 * Scheduler's thread only.
 */
final class Sharing {
  /** Fewer positions are not worth waiting or opening another sequence for. */
  static final int LEAST = 64;

  private final PrefixCache cache;

  Sharing(PrefixCache cache) {
    this.cache = cache;
  }

  /** Decides who follows, and gives the others their places in the KV cache. */
  void bind(List<Generation> generations) {
    List<Reader> readers = new ArrayList<>();
    for (Generation generation : generations) {
      if (generation.phase == Phase.READING
          && !generation.paused()
          && generation.reader.available() > 0) {
        readers.add(new Reader(generation, readable(generation)));
      } else {
        generation.follows = false;
      }
    }
    for (int i = 0; i < readers.size(); i++) {
      Generation generation = readers.get(i).generation;
      boolean reads = generation.unfinished != null;
      generation.follows = !reads && cache.reuses() && follows(i, readers);
      if (!generation.follows && !reads) {
        bind(generation, readers.get(i).from);
      }
    }
  }

  /** Where the generation would go on to read, after what others have read. */
  private int readable(Generation generation) {
    PromptReader reader = generation.reader;
    Lease lease = generation.lease;
    if (generation.readsAlone || generation.unfinished != null) {
      return reader.position();
    }
    return lease == null
        ? cache.known(generation.root, reader.keys(), reader.shareable())
        : lease.length() + cache.known(lease, reader.keys(), reader.shareable());
  }

  private static boolean follows(int index, List<Reader> readers) {
    Reader self = readers.get(index);
    if (self.generation.readsAlone) {
      return false;
    }
    int least = self.generation.follows ? 1 : LEAST; // who has waited waits for the rest as well
    for (int i = 0; i < readers.size(); i++) {
      Reader other = readers.get(i);
      boolean ahead = other.from > self.from || (other.from == self.from && i < index);
      if (ahead
          && other.canRead()
          && other.generation.root.equals(self.generation.root)
          && common(self.generation, other.generation) >= other.from + least) {
        return true;
      }
    }
    return false;
  }

  private void bind(Generation generation, int known) {
    PromptReader reader = generation.reader;
    Lease before = generation.lease;
    if (before != null && known - before.length() < (before.unread() ? 1 : LEAST)) {
      return;
    }
    int most = generation.readsAlone ? 0 : reader.shareable();
    Lease lease = cache.open(generation.root, reader.keys(), most);
    if (before != null && lease.length() <= before.length()) {
      cache.close(lease); // there was no room for what would have been copied
      return;
    }
    generation.lease = lease;
    if (before != null) {
      cache.close(before);
    }
    cache.countHits(lease.length() - reader.position());
    reader.seek(lease.length());
    generation.cached.found(reader, lease.length());
  }

  /**
   * How many tokens of KV a generation will still want for itself, as far as is known, when those
   * in {@code others} read what they have in common with it.
   */
  int needs(Generation generation, List<Generation> others, int window) {
    int has = generation.lease == null ? shared(generation, others) : generation.lease.length();
    int wanted = generation.reader.received() + Admission.HEADROOM;
    return Math.max(0, Math.min(wanted, generation.mostTokens(window)) - has);
  }

  private int shared(Generation generation, List<Generation> others) {
    int shared = 0;
    if (!cache.reuses()) {
      return shared;
    }
    for (Generation other : others) {
      if (other.root.equals(generation.root) && !generation.readsAlone) {
        shared = Math.max(shared, common(generation, other));
      }
    }
    return shared;
  }

  private static int common(Generation one, Generation other) {
    return one.reader.keys().common(0, other.reader.keys(), 0, Integer.MAX_VALUE);
  }

  /**
   * A generation that reads.
   *
   * @param generation which
   * @param from where it goes on, when it has taken over what others have read
   */
  private record Reader(Generation generation, int from) {
    boolean canRead() {
      PromptReader reader = generation.reader;
      return reader.keys().size() - from > (reader.closed() ? 0 : 1);
    }
  }
}
