package io.e2llm.engine.encoder;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which tokens of a batch belong to which soft token. Pure; made anew for every batch and ratio.
 *
 * <p>Only the text's own tokens are pooled. A text without any is pooled from its first id, a
 * special.
 */
final class PoolingPlan {
  private final List<int[]> rows = new ArrayList<>();
  private final List<int[]> words = new ArrayList<>();
  private final List<int[]> windows = new ArrayList<>();
  private final List<int[]> places = new ArrayList<>();
  private final List<Integer> softTokens = new ArrayList<>();
  private int tokenCount;
  private int wordCount;
  private int windowCount;

  /** How a chunk's tokens are counted. */
  enum Count {
    /** Only the first id. */
    FIRST,
    /** All tokens in one window. */
    WHOLE,
    /** Windows of tokens. */
    TOKENS,
    /** Windows of words. */
    WORDS
  }

  /**
   * Adds a chunk.
   *
   * @param firstRow the row of its first id in the batch's states
   */
  void add(PreparedChunk chunk, int firstRow, Count count, int ratio) {
    int[] text = count == Count.FIRST ? new int[] {0} : text(chunk);
    int[] wordOf = wordOf(chunk, text, count == Count.WORDS);
    int units = wordOf[wordOf.length - 1] + 1;
    int perWindow = count == Count.WHOLE || count == Count.FIRST ? units : ratio;
    int firstWindow = windowCount;
    rows.add(Arrays.stream(text).map(token -> firstRow + token).toArray());
    words.add(Arrays.stream(wordOf).map(word -> wordCount + word).toArray());
    windows.add(IntStream.range(0, units).map(i -> firstWindow + i / perWindow).toArray());
    places.add(IntStream.range(0, units).map(i -> firstWindow * ratio + i).toArray());
    softTokens.add(Math.ceilDiv(units, perWindow));
    tokenCount += text.length;
    wordCount += units;
    windowCount += Math.ceilDiv(units, perWindow);
  }

  /** Row of the states of each pooled token. */
  int[] rows() {
    return join(rows);
  }

  /** The unit, counted over the batch, of each pooled token. */
  int[] words() {
    return join(words);
  }

  /** Units in the batch: words, or tokens. */
  int wordCount() {
    return wordCount;
  }

  /** Window, counted over the batch, of each unit. */
  int[] windows() {
    return join(windows);
  }

  /** Windows in the batch. */
  int windowCount() {
    return windowCount;
  }

  /** Window times ratio plus the place in it, of each unit. */
  int[] places() {
    return join(places);
  }

  /** Soft tokens of each chunk. */
  List<Integer> softTokens() {
    return softTokens;
  }

  /** Attention where every window is read by one query. */
  Attention byWindow() {
    return attention(windows(), windowCount, 1, IntStream.range(0, windowCount).toArray());
  }

  /** Attention where a chunk's queries, one for each of its windows, read all of it. */
  Attention byChunk() {
    int queries = softTokens.stream().mapToInt(Integer::intValue).max().orElse(0);
    int[] chunkOf = new int[tokenCount];
    int[] wanted = new int[windowCount];
    int token = 0;
    int window = 0;
    for (int chunk = 0; chunk < rows.size(); chunk++) {
      Arrays.fill(chunkOf, token, token + rows.get(chunk).length, chunk);
      token += rows.get(chunk).length;
      for (int i = 0; i < softTokens.get(chunk); i++) {
        wanted[window++] = chunk * queries + i;
      }
    }
    return attention(chunkOf, rows.size(), queries, wanted);
  }

  private static Attention attention(int[] groupOf, int groups, int queries, int[] wanted) {
    int[] sizes = new int[groups];
    Arrays.stream(groupOf).forEach(group -> sizes[group]++);
    int longest = Arrays.stream(sizes).max().orElse(0);
    int[] members = new int[groups * longest];
    Arrays.fill(members, -1);
    int[] filled = new int[groups];
    for (int token = 0; token < groupOf.length; token++) {
      members[groupOf[token] * longest + filled[groupOf[token]]++] = token;
    }
    return new Attention(members, groups, longest, queries, wanted);
  }

  /**
   * Who attends to whom.
   *
   * @param members {@code [groups, longest]}: a group's pooled tokens, then -1
   * @param queries queries of each group
   * @param wanted the rows of {@code [groups * queries]} that are soft tokens
   */
  @SuppressWarnings("ArrayRecordComponent") // hot path; compared by nobody
  record Attention(int[] members, int groups, int longest, int queries, int[] wanted) {}

  private static int[] text(PreparedChunk chunk) {
    int[] text =
        IntStream.range(0, chunk.ids().length).filter(i -> chunk.words()[i] >= 0).toArray();
    return text.length > 0 ? text : new int[] {0};
  }

  /** Words of the pooled tokens, counted without gaps; or each token a word. */
  private static int[] wordOf(PreparedChunk chunk, int[] text, boolean byWord) {
    int[] wordOf = new int[text.length];
    for (int i = 1; i < text.length; i++) {
      boolean next = !byWord || chunk.words()[text[i]] != chunk.words()[text[i - 1]];
      wordOf[i] = wordOf[i - 1] + (next ? 1 : 0);
    }
    return wordOf;
  }

  private static int[] join(List<int[]> parts) {
    return parts.stream().flatMapToInt(Arrays::stream).toArray();
  }
}
