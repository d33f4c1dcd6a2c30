package io.e2llm.engine.chunk;

import io.e2llm.engine.tokenizer.Encoding;

/**
 * The places where one chunk may end, and the choice among them. Sizes are shares of the largest
 * chunk: a sentence may end it from 0.6 on, and a little earlier rather than being cut itself.
 */
final class ChunkWindow {
  private static final int HASHED_CODE_POINTS = 24;

  private final BoundaryStrength[] ratings;
  private final CodePointBuffer text;
  private final int length;

  /** Size of the text before each place: its tokens, or its code points where tokens are scarce. */
  private final int[] sizes;

  private final boolean scarce;
  private final int full;
  private int most;

  /**
   * The choice among the places of a text.
   *
   * @param ratings of the places before each code point
   * @param text begins with the text
   * @param encoding its tokens
   * @param maxTokens most tokens of the chunk
   * @param length code points of the text
   */
  ChunkWindow(
      BoundaryStrength[] ratings,
      CodePointBuffer text,
      Encoding encoding,
      int maxTokens,
      int length) {
    this.ratings = ratings;
    this.text = text;
    this.length = length;
    scarce = encoding.size() <= maxTokens;
    full = scarce ? length : maxTokens;
    most = full;
    sizes = new int[length];
    int token = 0;
    for (int i = 0; i < length; i++) {
      while (token < encoding.size() && encoding.begins()[token] < i) {
        token++;
      }
      sizes[i] = scarce ? i : token;
    }
  }

  /** The best place, as the number of code points before it, at least 1. */
  int best() {
    int at = best(BoundaryStrength.SENTENCE, 0.6, 1);
    at = at > 0 ? at : best(BoundaryStrength.SENTENCE, 0.3, 0.6);
    at = at > 0 ? at : best(BoundaryStrength.CLAUSE, 0.6, 1);
    at = at > 0 ? at : best(BoundaryStrength.WORD, 0.75, 1);
    at = at > 0 ? at : best(BoundaryStrength.CHARACTER, 0.75, 1);
    at = at > 0 ? at : last(BoundaryStrength.CHARACTER);
    return at > 0 ? at : Math.max(1, last(BoundaryStrength.NONE));
  }

  /** Rules out {@code place}, which was {@code excess} tokens too long, and what is no shorter. */
  void shorten(int place, int excess) {
    most = scarce ? most / 2 : Math.max(0, Math.min(sizes[place], most) - excess);
  }

  /** The best place of at least this strength, and the one with the largest hash among those. */
  private int best(BoundaryStrength least, double from, double to) {
    int chosen = 0;
    long chosenHash = 0;
    for (int i = 1; i < length; i++) {
      if (sizes[i] < from * full || sizes[i] > Math.min(most, to * full)) {
        continue;
      }
      int order = ratings[i].compareTo(chosen == 0 ? least : ratings[chosen]);
      if (order < 0) {
        continue;
      }
      long hash = hash(i);
      if (chosen == 0 || order > 0 || Long.compareUnsigned(hash, chosenHash) > 0) {
        chosen = i;
        chosenHash = hash;
      }
    }
    return chosen;
  }

  private int last(BoundaryStrength least) {
    for (int i = length - 1; i > 0; i--) {
      if (sizes[i] <= most && ratings[i].compareTo(least) >= 0) {
        return i;
      }
    }
    return 0;
  }

  /** A hash of the code points before a place: FNV-1a with the finalizer of SplitMix64. */
  private long hash(int place) {
    long hash = 0xcbf29ce484222325L;
    for (int i = Math.max(0, place - HASHED_CODE_POINTS); i < place; i++) {
      hash = (hash ^ text.at(i)) * 0x100000001b3L;
    }
    hash = (hash ^ (hash >>> 30)) * 0xbf58476d1ce4e5b9L;
    hash = (hash ^ (hash >>> 27)) * 0x94d049bb133111ebL;
    return hash ^ (hash >>> 31);
  }
}
