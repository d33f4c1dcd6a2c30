package io.e2llm.decoder.prefix;

import io.e2llm.engine.decoder.KvSpan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Consecutive positions in a {@link PrefixTree}, and where their KV is: as many tokens of {@link
 * #sequence}'s own, from {@link #begin} on. A root has no positions.
 */
final class PrefixNode {
  final PrefixRoot root;
  final Map<Long, PrefixNode> children = new HashMap<>(2);
  final List<PrefixCursor> cursors = new ArrayList<>(1);
  @Nullable PrefixNode parent;
  Keys keys;
  int sequence;
  int begin;
  long lastUsed;

  PrefixNode(PrefixRoot root, @Nullable PrefixNode parent, Keys keys, int sequence, int begin) {
    this.root = root;
    this.parent = parent;
    this.keys = keys;
    this.sequence = sequence;
    this.begin = begin;
  }

  int length() {
    return keys.size();
  }

  KvSpan span(int tokens) {
    return new KvSpan(sequence, begin, tokens);
  }

  /** Whether more of {@code other}'s own KV, from {@code own} on, may simply be added here. */
  boolean endsAt(int other, int own) {
    return parent != null && sequence == other && begin + length() == own && children.isEmpty();
  }
}
