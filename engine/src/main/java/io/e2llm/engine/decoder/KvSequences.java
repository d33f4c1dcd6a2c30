package io.e2llm.engine.decoder;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * Which sequences are open, and how many tokens of KV cache each has and may hold. A sequence's
 * handle is also the index of its segment in the cache. Room doubles as a sequence grows, up to the
 * window. Confined to the decoder's compute thread.
 */
final class KvSequences {
  private static final int GRAIN = 64;

  /** Where segments live. */
  interface Memory {
    /** Makes a segment hold {@code capacity} tokens, keeping its first {@code used}. */
    void reserve(int segment, int capacity, int used);

    /** Frees a segment. */
    void free(int segment);
  }

  private static final class Sequence {
    int length;
    int capacity;
  }

  private final int window;
  private final Memory memory;
  private final List<Sequence> sequences = new ArrayList<>();
  private final TreeSet<Integer> closed = new TreeSet<>();
  private long reserved;

  KvSequences(int window, Memory memory) {
    this.window = window;
    this.memory = memory;
  }

  /** Opens an empty sequence, with the lowest handle that is free. */
  int open() {
    Integer handle = closed.pollFirst();
    if (handle == null) {
      handle = sequences.size();
      sequences.add(new Sequence());
    } else {
      sequences.set(handle, new Sequence());
    }
    return handle;
  }

  /** Frees a sequence's cache at once. */
  void release(int handle) {
    Sequence sequence = get(handle);
    closed.add(handle);
    if (sequence.capacity > 0) {
      reserved -= sequence.capacity;
      memory.free(handle);
    }
  }

  int length(int handle) {
    return get(handle).length;
  }

  /**
   * Makes room for more tokens.
   *
   * @throws IllegalArgumentException beyond the window
   */
  void makeRoom(int handle, int tokens) {
    Sequence sequence = get(handle);
    if (tokens > window - sequence.length) {
      throw new IllegalArgumentException(
          "%d + %d tokens exceed the window of %d".formatted(sequence.length, tokens, window));
    }
    int needed = sequence.length + tokens;
    if (needed > sequence.capacity) {
      long doubled = Math.max(needed, 2L * sequence.capacity);
      int capacity = (int) Math.min(window, (doubled + GRAIN - 1) / GRAIN * GRAIN);
      memory.reserve(handle, capacity, sequence.length);
      reserved += capacity - sequence.capacity;
      sequence.capacity = capacity;
    }
  }

  /** Counts tokens that were appended. */
  void advance(int handle, int tokens) {
    get(handle).length += tokens;
  }

  /** Tokens that all segments together have room for. */
  long tokensReserved() {
    return reserved;
  }

  private Sequence get(int handle) {
    if (handle < 0 || handle >= sequences.size() || closed.contains(handle)) {
      throw new IllegalArgumentException("no open sequence " + handle);
    }
    return sequences.get(handle);
  }
}
