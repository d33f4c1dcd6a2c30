package io.e2llm.decoder.prefix;

import java.util.Arrays;

/**
 * Keys of consecutive positions; grows at its end. A token's key is its id; a soft token's is
 * negative, see {@link SoftKeys}. Not thread-safe.
 */
public final class Keys {
  private long[] values;
  private int size;

  /** No positions. */
  public Keys() {
    this(new long[16], 0);
  }

  private Keys(long[] values, int size) {
    this.values = values;
    this.size = size;
  }

  /** How many positions. */
  public int size() {
    return size;
  }

  /** The key at {@code index}. */
  public long get(int index) {
    return values[index];
  }

  /** Appends a key. */
  public void add(long key) {
    if (size == values.length) {
      values = Arrays.copyOf(values, 2 * size);
    }
    values[size++] = key;
  }

  /** Appends token ids. */
  public void addIds(int[] ids) {
    for (int id : ids) {
      add(id);
    }
  }

  /** Drops all from {@code length} on. */
  public void truncate(int length) {
    size = Math.min(size, length);
  }

  /**
   * How many positions two lists have in common, from {@code from} here and {@code otherFrom}
   * there; at most {@code most}.
   */
  public int common(int from, Keys other, int otherFrom, int most) {
    int end = from + Math.max(0, Math.min(most, Math.min(size - from, other.size - otherFrom)));
    int differs =
        Arrays.mismatch(values, from, end, other.values, otherFrom, otherFrom + end - from);
    return differs < 0 ? end - from : differs;
  }

  /** A copy of the positions from {@code from} to {@code to}, exclusive. */
  Keys slice(int from, int to) {
    return new Keys(Arrays.copyOfRange(values, from, Math.max(to, from + 1)), to - from);
  }
}
