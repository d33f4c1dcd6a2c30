package io.e2llm.gateway;

/** A range of code points of a text that comes in pieces. Belongs to one thread. */
final class TextRange {
  private final long begin;
  private final long end;
  private long at;

  /** From {@code begin} up to {@code end}, exclusive. */
  TextRange(long begin, long end) {
    this.begin = begin;
    this.end = end;
  }

  /** What of the next piece lies within. */
  String next(String piece) {
    int length = piece.codePointCount(0, piece.length());
    int from = Math.clamp(begin - at, 0, length);
    int to = Math.clamp(end - at, from, length);
    at += length;
    return piece.substring(piece.offsetByCodePoints(0, from), piece.offsetByCodePoints(0, to));
  }

  /** Whether nothing that follows lies within. */
  boolean over() {
    return at >= end;
  }
}
