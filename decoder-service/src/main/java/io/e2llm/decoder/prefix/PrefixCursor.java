package io.e2llm.decoder.prefix;

import org.jspecify.annotations.Nullable;

/**
 * Where in a {@link PrefixTree} a generation stands: behind the first {@link #offset} positions of
 * a node. The tree moves it along when that node splits. When the node is evicted it is lost and
 * stays behind the node's parent: what the generation reads on is known to nobody else.
 */
public final class PrefixCursor {
  @Nullable PrefixNode node;
  int offset;
  boolean lost;

  PrefixCursor(PrefixNode node, int offset) {
    this.node = node;
    this.offset = offset;
    node.cursors.add(this);
  }

  void moveTo(@Nullable PrefixNode other, int at) {
    if (node != other) {
      if (node != null) {
        node.cursors.remove(this);
      }
      if (other != null) {
        other.cursors.add(this);
      }
      node = other;
    }
    offset = at;
  }
}
