package io.e2llm.decoder.prefix;

import io.e2llm.engine.decoder.DecoderModel;
import io.e2llm.engine.decoder.KvSpan;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * The KV cache as generations see it: each leases a sequence that begins with what is known of its
 * prompt, tells what it has read, and gives it back; what it read stays known until {@link
 * #makeRoom} needs the memory. Confined to the decoder's compute thread.
 */
public final class PrefixCache {
  /** Tokens that a sequence grows by at most where room is scant. */
  private static final int SCANT = 64;

  private final DecoderModel model;
  private final KvSegments segments;
  private final PrefixTree tree;
  private final Set<Lease> leases = new LinkedHashSet<>();
  private final boolean reuse;
  private final long limitBytes;
  private final long bytesPerToken;
  private long hitTokens;

  /**
   * A cache over a model without sequences.
   *
   * @param tokens of KV cache for everything together
   * @param reuse whether prefixes are shared at all
   */
  public PrefixCache(DecoderModel model, long tokens, boolean reuse) {
    this.model = model;
    this.reuse = reuse;
    bytesPerToken = Math.max(1, model.description().kvBytesPerToken());
    limitBytes = tokens * bytesPerToken;
    segments = new KvSegments(model);
    tree = new PrefixTree(segments);
  }

  /**
   * Opens a sequence that begins with the longest known prefix of {@code keys}.
   *
   * @param most positions to take from others at most
   */
  public Lease open(PrefixRoot root, Keys keys, int most) {
    PrefixTree.Match match = tree.match(root, keys, reuse ? most : 0);
    SharedPast past = SharedPast.of(match.spans());
    if (past.copiedTokens() > freeTokens()) {
      past = SharedPast.withoutCopies(match.spans());
      tree.leave(match.end());
      match = tree.match(root, keys, past.sharedTokens());
    }
    int sequence = segments.open(past.shared());
    if (past.copiedTokens() > 0) {
      model.reserve(sequence, past.copiedTokens());
      for (KvSpan span : past.copied()) {
        model.copy(span, sequence);
      }
      if (past.copiedTokens() >= SharedPast.LEAST_SHARED) {
        tree.claim(match.end(), sequence, past.sharedTokens());
      }
    }
    Lease lease = new Lease(sequence, past.sharedTokens(), match.length(), match.end());
    leases.add(lease);
    return lease;
  }

  /** Whether prefixes are shared at all. */
  public boolean reuses() {
    return reuse;
  }

  /** Counts positions that a generation took over and need not read. */
  public void countHits(int tokens) {
    hitTokens += tokens;
  }

  /** How many of the first {@code most} keys are known. */
  public int known(PrefixRoot root, Keys keys, int most) {
    return reuse ? tree.known(root, keys, most) : 0;
  }

  /** How many more positions others have read that {@code lease} is about to read. */
  public int known(Lease lease, Keys keys, int most) {
    return reuse ? tree.known(lease.cursor, keys, lease.length, most - lease.length) : 0;
  }

  /** Notes that the lease's sequence has now read the first {@code length} of {@code keys}. */
  public void read(Lease lease, Keys keys, int length) {
    if (reuse) {
      tree.write(
          lease.cursor, keys, lease.length, length, lease.sequence, lease.length - lease.shared);
    }
    lease.length = length;
  }

  /** Gives a lease back. */
  public void close(Lease lease) {
    leases.remove(lease);
    tree.leave(lease.cursor);
    segments.close(lease.sequence, spareTokens(lease), lease.length - lease.shared);
  }

  /**
   * Makes room for the next tokens of a lease, if need be out of what nobody uses. Where there is
   * room for what it will read soon, that is made at once: to grow a sequence costs a copy of it.
   *
   * @param tokens that it is about to read
   * @param soon that it may read after these
   * @return whether there is room for {@code tokens}
   */
  public boolean makeRoom(Lease lease, int tokens, int soon) {
    long spare = spareTokens(lease);
    if (tokens <= spare) {
      return true;
    }
    long wanted = (long) tokens + soon;
    evict(() -> wanted - spare <= freeTokens());
    long most = freeTokens() + spare;
    if (tokens > most) {
      return false;
    }
    // Where not all is there that it may come to want, others may want some of it sooner.
    long taken = wanted <= most ? wanted : tokens + Math.min(SCANT, (most - tokens) / 2);
    model.reserve(lease.sequence, (int) taken);
    return true;
  }

  private void evict(BooleanSupplier enough) {
    tree.evict(enough);
    if (!enough.getAsBoolean()) {
      leases.forEach(each -> tree.claim(each.cursor, each.sequence, each.shared));
      tree.evict(enough);
    }
  }

  /** Forgets everything that no running generation uses. */
  public void clear() {
    tree.evict(() -> false);
  }

  /** Tokens for which there is room without forgetting anything. */
  public long freeTokens() {
    return (limitBytes - model.kvBytes()) / bytesPerToken;
  }

  /** Tokens for which there would be room if everything was forgotten that nobody uses. */
  public long usableTokens() {
    return (limitBytes - segments.usedBytes()) / bytesPerToken;
  }

  /** Tokens that {@code lease} may still read without more room. */
  public long spareTokens(Lease lease) {
    return model.kvBytes(lease.sequence) / bytesPerToken - (lease.length - lease.shared);
  }

  /** How things stand. */
  public State state() {
    long bytes = model.kvBytes();
    return new State(
        bytes, bytes - segments.usedBytes(), tree.nodes(), hitTokens, tree.evictions());
  }

  /**
   * How a cache stands.
   *
   * @param bytes of KV, spare room included
   * @param heldBytes those of them that no running generation uses
   * @param segments pieces of prompts and answers that are known
   * @param hitTokens positions taken from others so far
   * @param evictions pieces forgotten so far
   */
  public record State(long bytes, long heldBytes, int segments, long hitTokens, long evictions) {}
}
