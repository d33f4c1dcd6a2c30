package io.e2llm.engine.decoder;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * Which sequences are open, what each begins with, how many tokens of its own KV cache it has and
 * may hold, and how many hold it. A sequence's handle is also the index of its segment in the
 * cache. Room doubles as a sequence grows, up to the window. Confined to the decoder's compute
 * thread.
 */
final class KvSequences {
  private static final int GRAIN = 64;

  /** Where segments live. */
  interface Memory {
    /** Makes a segment hold {@code capacity} tokens, keeping its first {@code used}. */
    void reserve(int segment, int capacity, int used);

    /** Copies tokens of one segment into another, behind its first {@code used}. */
    void copy(KvSpan from, int segment, int used);

    /** Frees a segment. */
    void free(int segment);
  }

  private static final class Sequence {
    final List<KvSpan> past;
    final int pastLength;
    int holders = 1;
    int length;
    int capacity;
    boolean held;

    Sequence(List<KvSpan> past) {
      this.past = past;
      pastLength = past.stream().mapToInt(KvSpan::length).sum();
    }
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

  /** Opens a sequence behind {@code past}, with the lowest handle that is free. */
  int open(List<KvSpan> past) {
    past.forEach(this::check);
    Sequence sequence = new Sequence(List.copyOf(past));
    if (sequence.pastLength > window) {
      throw new IllegalArgumentException(
          "%d tokens exceed the window of %d".formatted(sequence.pastLength, window));
    }
    past.forEach(span -> retain(span.sequence()));
    Integer handle = closed.pollFirst();
    if (handle == null) {
      handle = sequences.size();
      sequences.add(sequence);
    } else {
      sequences.set(handle, sequence);
    }
    return handle;
  }

  private void check(KvSpan span) {
    int length = get(span.sequence()).length;
    if (span.length() > length - span.begin()) {
      throw new IllegalArgumentException(span + " of a sequence of " + length);
    }
  }

  void retain(int handle) {
    get(handle).holders++;
  }

  /** Frees a sequence's cache at once if nobody else holds it. */
  void release(int handle) {
    Sequence sequence = get(handle);
    if (sequence.holders == 1) {
      checkNotHeld(handle);
    }
    if (--sequence.holders > 0) {
      return;
    }
    closed.add(handle);
    try {
      if (sequence.capacity > 0) {
        reserved -= sequence.capacity;
        memory.free(handle);
      }
    } finally {
      sequence.past.forEach(span -> release(span.sequence()));
    }
  }

  /** What the sequence begins with, then its own tokens. */
  List<SharedPieces.Piece> pieces(int handle) {
    Sequence sequence = get(handle);
    List<SharedPieces.Piece> pieces = new ArrayList<>();
    for (KvSpan span : sequence.past) {
      pieces.add(new SharedPieces.Piece(span.sequence(), span.begin(), span.length()));
    }
    pieces.add(new SharedPieces.Piece(handle, 0, sequence.length));
    return pieces;
  }

  /** Tokens of the sequence's own cache. */
  int ownLength(int handle) {
    return get(handle).length;
  }

  /** Tokens of the sequence, those it begins with included. */
  int length(int handle) {
    Sequence sequence = get(handle);
    return sequence.pastLength + sequence.length;
  }

  /**
   * Makes room for more tokens, and some to spare.
   *
   * @throws IllegalArgumentException beyond the window
   */
  void makeRoom(int handle, int tokens) {
    Sequence sequence = get(handle);
    int needed = needed(handle, tokens);
    if (needed > sequence.capacity) {
      long doubled = Math.max(needed, 2L * sequence.capacity);
      int most = window - sequence.pastLength;
      resize(handle, (int) Math.min(most, (doubled + GRAIN - 1) / GRAIN * GRAIN));
    }
  }

  /**
   * Makes room for more tokens, and for no others.
   *
   * @throws IllegalArgumentException beyond the window
   */
  void reserve(int handle, int tokens) {
    int needed = needed(handle, tokens);
    if (needed > get(handle).capacity) {
      resize(handle, needed);
    }
  }

  private int needed(int handle, int tokens) {
    Sequence sequence = get(handle);
    if (tokens > window - sequence.pastLength - sequence.length) {
      throw new IllegalArgumentException(
          "%d + %d tokens exceed the window of %d".formatted(length(handle), tokens, window));
    }
    return sequence.length + tokens;
  }

  /** Gives spare room back. */
  void trim(int handle) {
    Sequence sequence = get(handle);
    if (sequence.capacity > sequence.length && sequence.length > 0) {
      resize(handle, sequence.length);
    }
  }

  private void resize(int handle, int capacity) {
    checkNotHeld(handle);
    Sequence sequence = get(handle);
    memory.reserve(handle, capacity, sequence.length);
    reserved += capacity - sequence.capacity;
    sequence.capacity = capacity;
  }

  /** Appends a copy of {@code from}. */
  void copy(KvSpan from, int handle) {
    check(from);
    checkNotHeld(handle);
    makeRoom(handle, from.length());
    memory.copy(from, handle, ownLength(handle));
    advance(handle, from.length());
  }

  /** Holds a sequence and its room as they are until {@link #letGo}. */
  void hold(int handle) {
    checkNotHeld(handle);
    get(handle).held = true;
  }

  /** Ends {@link #hold}. */
  void letGo(int handle) {
    get(handle).held = false;
  }

  /**
   * Refuses to change what is held.
   *
   * @throws IllegalStateException when it is
   */
  void checkNotHeld(int handle) {
    if (get(handle).held) {
      throw new IllegalStateException("sequence " + handle + " is in a step that goes on");
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

  /** Tokens that a sequence's own segment has room for. */
  int tokensReserved(int handle) {
    return get(handle).capacity;
  }

  private Sequence get(int handle) {
    if (handle < 0 || handle >= sequences.size() || closed.contains(handle)) {
      throw new IllegalArgumentException("no open sequence " + handle);
    }
    return sequences.get(handle);
  }
}
