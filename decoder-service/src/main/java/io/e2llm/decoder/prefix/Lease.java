package io.e2llm.decoder.prefix;

/**
 * A running generation's place in the KV cache: an open sequence, what it begins with, and where it
 * stands in the tree. Given back with {@link PrefixCache#close}.
 */
public final class Lease {
  final int sequence;
  final int shared;
  final PrefixCursor cursor;
  private final int found;
  int length;

  Lease(int sequence, int shared, int length, PrefixCursor cursor) {
    this.sequence = sequence;
    this.shared = shared;
    this.length = length;
    found = length;
    this.cursor = cursor;
  }

  /** The model's handle. */
  public int sequence() {
    return sequence;
  }

  /** Positions whose KV it shares with others. */
  public int shared() {
    return shared;
  }

  /** Whether it has read nothing itself. */
  public boolean unread() {
    return length == found;
  }

  /** Positions it has read, or has from others. */
  public int length() {
    return length;
  }
}
