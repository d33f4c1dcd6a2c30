package io.e2llm.engine.chunk;

/**
 * A queue of code points. Halves of a surrogate pair that arrive apart are put together; a half
 * that stays alone is a code point of its own. Not thread-safe.
 */
final class CodePointBuffer {
  private int[] values = new int[1024];
  private int begin;
  private int end;
  private char high;

  /** Appends {@code text[from, to)}. */
  void append(String text, int from, int to) {
    reserve(to - from + 1);
    for (int i = from; i < to; i++) {
      char next = text.charAt(i);
      if (high != 0 && Character.isLowSurrogate(next)) {
        values[end++] = Character.toCodePoint(high, next);
        high = 0;
        continue;
      }
      flush();
      if (Character.isHighSurrogate(next)) {
        high = next;
      } else {
        values[end++] = next;
      }
    }
  }

  /** Makes a half of a pair that waits for the other a code point. */
  void flush() {
    if (high != 0) {
      reserve(1);
      values[end++] = high;
      high = 0;
    }
  }

  /** Code points held. */
  int size() {
    return end - begin;
  }

  /** The code point at {@code index}. */
  int at(int index) {
    return values[begin + index];
  }

  /** The first {@code length} code points as text. */
  String text(int length) {
    return new String(values, begin, length);
  }

  /** Drops the first {@code length} code points. */
  void drop(int length) {
    begin += length;
  }

  private void reserve(int more) {
    if (end + more <= values.length) {
      return;
    }
    int size = size();
    int[] target = size + more <= values.length / 2 ? values : new int[2 * (size + more)];
    System.arraycopy(values, begin, target, 0, size);
    if (target != values) {
      values = target;
    }
    begin = 0;
    end = size;
  }
}
