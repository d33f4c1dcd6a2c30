package io.e2llm.decoder.sampling;

import java.util.Arrays;

/**
 * How often each token id was seen. Open addressing with linear probing over two int arrays, so
 * that a generation pays for the distinct tokens it saw and not for the whole vocabulary. Not
 * thread-safe.
 */
public final class TokenCounts {
  private static final int FREE = -1;

  private int[] ids = new int[64];
  private int[] counts = new int[64];
  private int distinct;

  /** Empty counts. */
  public TokenCounts() {
    Arrays.fill(ids, FREE);
  }

  /** Counts one occurrence of {@code id}, which is not negative. */
  public void add(int id) {
    int slot = slot(ids, id);
    if (ids[slot] == FREE) {
      ids[slot] = id;
      if (++distinct * 2 > ids.length) {
        counts[slot]++;
        grow();
        return;
      }
    }
    counts[slot]++;
  }

  /** Occurrences of {@code id}. */
  public int count(int id) {
    int slot = slot(ids, id);
    return ids[slot] == FREE ? 0 : counts[slot];
  }

  /** Hands every id seen with its count to {@code visitor}, in no order to rely on. */
  void forEach(Visitor visitor) {
    for (int slot = 0; slot < ids.length; slot++) {
      if (ids[slot] != FREE) {
        visitor.visit(ids[slot], counts[slot]);
      }
    }
  }

  private void grow() {
    int[] oldIds = ids;
    int[] oldCounts = counts;
    ids = new int[oldIds.length * 2];
    counts = new int[oldIds.length * 2];
    Arrays.fill(ids, FREE);
    for (int i = 0; i < oldIds.length; i++) {
      if (oldIds[i] != FREE) {
        int slot = slot(ids, oldIds[i]);
        ids[slot] = oldIds[i];
        counts[slot] = oldCounts[i];
      }
    }
  }

  private static int slot(int[] table, int id) {
    int mask = table.length - 1;
    int slot = ((id * 0x9E3779B9) >>> 16) & mask;
    while (table[slot] != FREE && table[slot] != id) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  /** Takes an id and its count. */
  interface Visitor {
    /** One id seen {@code count} times. */
    void visit(int id, int count);
  }
}
