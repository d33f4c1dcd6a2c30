package io.e2llm.decoder.prefix;

import io.e2llm.engine.decoder.KvSpan;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A radix tree over position keys. What a generation has read is in it as soon as it was read; a
 * node grows at its end while its writer is the only one there, and splits where another turns off:
 * by reference, no KV is copied. Nodes stay until {@link #evict} takes those that nobody uses,
 * least recently used leaves first.
 */
final class PrefixTree {
  /** Who holds the sequences that nodes are spans of. */
  interface Holds {
    /** One more node is of {@code sequence}. */
    void hold(int sequence);

    /** One less. */
    void drop(int sequence);

    /** Whether a running generation reads {@code sequence}. */
    boolean used(int sequence);
  }

  /**
   * A known prefix.
   *
   * @param spans where its KV is, in order; consecutive ones of one sequence are one span
   * @param length how many positions
   * @param end behind the last of them; its holder gives it back to {@link #leave}
   */
  record Match(List<KvSpan> spans, int length, PrefixCursor end) {}

  private final Holds holds;
  private final Map<PrefixRoot, PrefixNode> roots = new HashMap<>();
  private long clock;
  private long evictions;
  private int nodes;

  PrefixTree(Holds holds) {
    this.holds = holds;
  }

  /** The longest known prefix of {@code keys} that is no longer than {@code most}. */
  Match match(PrefixRoot root, Keys keys, int most) {
    PrefixNode node = roots.computeIfAbsent(root, r -> new PrefixNode(r, null, new Keys(), -1, 0));
    List<KvSpan> spans = new ArrayList<>();
    clock++;
    int offset = 0;
    int length = 0;
    int end = Math.min(most, keys.size());
    while (length < end && offset == node.length()) {
      PrefixNode child = node.children.get(keys.get(length));
      if (child == null) {
        break;
      }
      child.lastUsed = clock;
      offset = child.keys.common(0, keys, length, end - length);
      length += offset;
      add(spans, child.span(offset));
      node = child;
    }
    return new Match(spans, length, new PrefixCursor(node, offset));
  }

  private static void add(List<KvSpan> spans, KvSpan span) {
    KvSpan last = spans.isEmpty() ? null : spans.get(spans.size() - 1);
    if (last != null
        && last.sequence() == span.sequence()
        && last.begin() + last.length() == span.begin()) {
      span = new KvSpan(last.sequence(), last.begin(), last.length() + span.length());
      spans.remove(spans.size() - 1);
    }
    spans.add(span);
  }

  /** How many of the first {@code most} keys the tree knows. */
  int known(PrefixRoot root, Keys keys, int most) {
    return known(roots.get(root), 0, keys, 0, most);
  }

  /** How many of {@code keys}, from {@code at} on, the tree knows behind {@code from}. */
  int known(PrefixCursor from, Keys keys, int at, int most) {
    return from.lost ? 0 : known(from.node, from.offset, keys, at, most);
  }

  private static int known(@Nullable PrefixNode from, int fromOffset, Keys keys, int at, int most) {
    @Nullable PrefixNode node = from;
    int offset = fromOffset;
    int length = 0;
    while (node != null && length < most) {
      int common = node.keys.common(offset, keys, at + length, most - length);
      length += common;
      if (offset + common < node.length() || length == most) {
        break;
      }
      node = node.children.get(keys.get(at + length));
      offset = 0;
    }
    return length;
  }

  /**
   * Notes what a generation has read.
   *
   * @param keys all its keys, of which {@code from} to {@code to}, exclusive, are new
   * @param sequence where it keeps them
   * @param own place of the first of them in the sequence's own KV
   */
  void write(PrefixCursor cursor, Keys keys, int from, int to, int sequence, int own) {
    for (int at = from; at < to && !cursor.lost; at++) {
      write(cursor, keys.get(at), sequence, own + at - from);
    }
    if (cursor.node != null) {
      cursor.node.lastUsed = ++clock;
    }
  }

  private void write(PrefixCursor cursor, long key, int sequence, int own) {
    PrefixNode node = java.util.Objects.requireNonNull(cursor.node);
    if (cursor.offset < node.length()) {
      if (node.keys.get(cursor.offset) == key) {
        cursor.offset++;
        return;
      }
      node = split(node, cursor.offset);
    }
    PrefixNode child = node.children.get(key);
    if (child != null) {
      cursor.moveTo(child, 1);
    } else if (node.endsAt(sequence, own)) {
      node.keys.add(key);
      cursor.offset++;
    } else {
      cursor.moveTo(newNode(node, key, sequence, own), 1);
    }
  }

  private PrefixNode newNode(PrefixNode parent, long key, int sequence, int own) {
    Keys keys = new Keys();
    keys.add(key);
    PrefixNode node = new PrefixNode(parent.root, parent, keys, sequence, own);
    holds.hold(sequence);
    parent.children.put(key, node);
    nodes++;
    return node;
  }

  /** Cuts a node in two behind {@code at} positions and returns the first. */
  private PrefixNode split(PrefixNode lower, int at) {
    PrefixNode parent = java.util.Objects.requireNonNull(lower.parent);
    PrefixNode upper =
        new PrefixNode(lower.root, parent, lower.keys.slice(0, at), lower.sequence, lower.begin);
    upper.lastUsed = lower.lastUsed;
    holds.hold(lower.sequence);
    nodes++;
    parent.children.put(upper.keys.get(0), upper);
    lower.keys = lower.keys.slice(at, lower.length());
    lower.begin += at;
    lower.parent = upper;
    upper.children.put(lower.keys.get(0), lower);
    for (PrefixCursor cursor : List.copyOf(lower.cursors)) {
      if (cursor.offset <= at) {
        cursor.moveTo(upper, cursor.offset);
      } else {
        cursor.offset -= at;
      }
    }
    return upper;
  }

  /** Gives a cursor back. */
  void leave(PrefixCursor cursor) {
    @Nullable PrefixNode node = cursor.node;
    cursor.moveTo(null, 0);
    if (node != null) {
      dropEmptyRoot(node);
    }
  }

  /** Forgets leaves that nobody uses, least recently used first, until it is enough. */
  void evict(BooleanSupplier enough) {
    if (enough.getAsBoolean()) {
      return;
    }
    PriorityQueue<PrefixNode> leaves =
        new PriorityQueue<>(Comparator.comparingLong((PrefixNode node) -> node.lastUsed));
    collect(leaves);
    while (!enough.getAsBoolean()) {
      PrefixNode leaf = leaves.poll();
      if (leaf == null) {
        return;
      }
      PrefixNode parent = java.util.Objects.requireNonNull(leaf.parent);
      remove(leaf, parent);
      if (evictable(parent)) {
        leaves.add(parent);
      }
    }
  }

  /**
   * Where a generation has read for itself what stands in the tree as another's, and nobody else
   * uses that, the tree keeps the generation's instead. So nothing that the generation does not
   * need stays only because its own nodes hang below it.
   *
   * @param shared positions that the generation's sequence begins with
   */
  void claim(PrefixCursor cursor, int sequence, int shared) {
    @Nullable PrefixNode node = cursor.node;
    if (node != null && cursor.offset < node.length()) {
      node = node.parent;
    }
    int end = 0;
    for (PrefixNode above = node; above != null; above = above.parent) {
      end += above.length();
    }
    while (node != null && end - node.length() >= shared) {
      end -= node.length();
      if (node.parent != null && node.sequence != sequence && !holds.used(node.sequence)) {
        int before = node.sequence;
        holds.hold(sequence);
        node.sequence = sequence;
        node.begin = end - shared;
        holds.drop(before);
      }
      node = node.parent;
    }
  }

  /** Without recursion: a prompt that grew by a token at a time is as deep as it is long. */
  private void collect(PriorityQueue<PrefixNode> leaves) {
    Deque<PrefixNode> open = new ArrayDeque<>(roots.values());
    while (!open.isEmpty()) {
      PrefixNode node = open.pop();
      if (evictable(node)) {
        leaves.add(node);
      }
      open.addAll(node.children.values());
    }
  }

  private boolean evictable(PrefixNode node) {
    return node.parent != null && node.children.isEmpty() && !holds.used(node.sequence);
  }

  private void remove(PrefixNode leaf, PrefixNode parent) {
    parent.children.remove(leaf.keys.get(0));
    parent.lastUsed = Math.max(parent.lastUsed, leaf.lastUsed);
    for (PrefixCursor cursor : List.copyOf(leaf.cursors)) {
      cursor.moveTo(parent, parent.length());
      cursor.lost = true;
    }
    nodes--;
    evictions++;
    dropEmptyRoot(parent);
    holds.drop(leaf.sequence);
  }

  private void dropEmptyRoot(PrefixNode node) {
    if (node.parent == null && node.children.isEmpty() && node.cursors.isEmpty()) {
      roots.remove(node.root, node);
    }
  }

  /** Nodes at present. */
  int nodes() {
    return nodes;
  }

  /** Nodes evicted so far. */
  long evictions() {
    return evictions;
  }
}
