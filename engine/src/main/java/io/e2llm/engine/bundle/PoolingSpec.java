package io.e2llm.engine.bundle;

import io.e2llm.engine.ModelException;
import java.util.List;
import java.util.Locale;

/**
 * How token states become a soft prompt. Only the text's own tokens are pooled, neither specials
 * nor prefix (save that {@code cls} is a special's state); a text without any token is pooled from
 * the first special's state.
 *
 * @param kind the pooling
 * @param tokens the learned projection of each token's states before pooling
 * @param projection whether pooling ends in a learned projection to {@code pooledWidth}
 * @param pooledWidth width of a soft prompt's rows
 * @param wide whether that may exceed twice the decoder's hidden size
 */
public record PoolingSpec(
    Kind kind, TokenProjection tokens, boolean projection, int pooledWidth, boolean wide) {

  /** A parameter-free pooling, or one whose only parameters are those of its parts. */
  public static PoolingSpec plain(Kind kind, int width) {
    return new PoolingSpec(kind, TokenProjection.NONE, false, width, false);
  }

  /** This pooling, ending in a learned projection. */
  public PoolingSpec projectedTo(int width) {
    return new PoolingSpec(kind, tokens, true, width, wide);
  }

  /** This pooling after a learned projection of each token's states. */
  public PoolingSpec of(TokenProjection projected) {
    return new PoolingSpec(kind, projected, projection, pooledWidth, wide);
  }

  /**
   * A learned projection of each token's states: linear, or {@code linear2(gelu(linear1(x))) +
   * residual(x)} with exact GELU.
   *
   * @param width of what it gives; 0 where there is none
   * @param innerWidth between the two linear layers; 0 where it is linear
   */
  public record TokenProjection(int width, int innerWidth) {
    /** No projection. */
    public static final TokenProjection NONE = new TokenProjection(0, 0);

    /** Checks that only a projection has an inner width. */
    public TokenProjection {
      if (width == 0 && innerWidth > 0) {
        throw new ModelException(
            "adapter.json: pooling.token_inner_width: %d without token_width"
                .formatted(innerWidth));
      }
    }
  }

  /** What windows are counted in, and {@code pma}'s windows too. */
  public enum Unit {
    /** Every {@code ratio} tokens. */
    TOKENS,
    /** Every {@code ratio} words of the pre-tokenizer; a word's state is its tokens' mean. */
    WORDS
  }

  /** What becomes of a window. */
  public enum Combine {
    /** The mean of its tokens or words. */
    MEAN,
    /** Its tokens or words side by side; a shorter window ends in zeros. */
    CONCAT,
    /**
     * The sum of its first half beside that of its second, each divided by the root of how many
     * there are, which keeps the length of what is orthogonal. Ratios are even.
     */
    HALVES
  }

  /** What one query of {@code pma} attends to. */
  public enum Scope {
    /**
     * All tokens of the chunk; a chunk has {@code ceil(tokens / ratio)} queries, the first ones of
     * a learned table.
     */
    CHUNK,
    /** The tokens of one window of {@code ratio} tokens; one learned query serves all windows. */
    WINDOW
  }

  /** A pooling. */
  public sealed interface Kind {}

  /** The first token's states: one soft token for each chunk. */
  public record Cls() implements Kind {}

  /** The mean of all tokens' states: one soft token for each chunk. */
  public record Mean() implements Kind {}

  /**
   * One soft token for each window; the last may be shorter.
   *
   * @param unit what windows are counted in
   * @param combine what becomes of one
   */
  public record Window(Unit unit, Combine combine) implements Kind {}

  /**
   * Pooling by multihead attention with learned queries, as in D2LLM (ACL 2024), after Set
   * Transformer (ICML 2019): with queries {@code s} and token states {@code x}, {@code h = norm1(s
   * + attention(query(s), key(x), value(x)))}, then {@code norm2(h + relu(feed_forward(h)))}.
   * Scores are divided by the root of {@code width}; norms have epsilon 1e-5.
   *
   * @param scope what a query attends to
   * @param width of queries and values
   * @param heads divides the width
   * @param queries rows of the learned table; 1 with {@link Scope#WINDOW}
   */
  public record Pma(Scope scope, int width, int heads, int queries) implements Kind {}

  /** Its name for people, for example {@code window-mean}. */
  public String label() {
    return switch (kind) {
      case Cls cls -> "cls";
      case Mean mean -> "mean";
      case Window window ->
          "window-" + lower(window.combine()) + (window.unit() == Unit.WORDS ? "-words" : "");
      case Pma pma -> "pma" + (pma.scope() == Scope.WINDOW ? "-window" : "");
    };
  }

  /** Width of a token's states once projected. */
  int widthOfTokens(int statesWidth) {
    return tokens.width() > 0 ? tokens.width() : statesWidth;
  }

  /** Width of what stands before the last projection. */
  int widthBeforeProjection(int statesWidth, int ratio) {
    int width = widthOfTokens(statesWidth);
    return switch (kind) {
      case Cls cls -> width;
      case Mean mean -> width;
      case Window window ->
          switch (window.combine()) {
            case MEAN -> width;
            case CONCAT -> Math.multiplyExact(ratio, width);
            case HALVES -> Math.multiplyExact(2, width);
          };
      case Pma pma -> pma.width();
    };
  }

  /** Whether the last projection has a weight for each ratio. */
  boolean projectionByRatio() {
    return kind instanceof Window window && window.combine() == Combine.CONCAT;
  }

  void check(int statesWidth, int chunkTokens, List<Integer> ratios) {
    switch (kind) {
      case Cls cls -> checkWholeChunks(chunkTokens, ratios);
      case Mean mean -> checkWholeChunks(chunkTokens, ratios);
      case Window window -> checkHalves(window, ratios);
      case Pma pma -> checkPma(pma, chunkTokens, ratios);
    }
    if (!projection) {
      for (int ratio : ratios) {
        int width = widthBeforeProjection(statesWidth, ratio);
        if (width != pooledWidth) {
          throw new ModelException(
              "adapter.json: pooling.pooled_width: %d, but pooling at ratio %d gives %d and no projection follows"
                  .formatted(pooledWidth, ratio, width));
        }
      }
    }
  }

  private static void checkHalves(Window window, List<Integer> ratios) {
    if (window.combine() == Combine.HALVES && ratios.stream().anyMatch(ratio -> ratio % 2 != 0)) {
      throw new ModelException("adapter.json: ratios: " + ratios + " have no halves");
    }
  }

  private void checkWholeChunks(int chunkTokens, List<Integer> ratios) {
    if (ratios.getFirst() < chunkTokens) {
      throw new ModelException(
          "adapter.json: ratios: %s makes one soft token of a chunk, so a ratio below chunk_tokens %d is impossible"
              .formatted(label(), chunkTokens));
    }
  }

  private static void checkPma(Pma pma, int chunkTokens, List<Integer> ratios) {
    if (pma.width() % pma.heads() != 0) {
      throw new ModelException(
          "adapter.json: pooling.heads: %d do not divide the width %d"
              .formatted(pma.heads(), pma.width()));
    }
    int wanted = pma.scope() == Scope.WINDOW ? 1 : Math.ceilDiv(chunkTokens, ratios.getFirst());
    if (pma.queries() < wanted || (pma.scope() == Scope.WINDOW && pma.queries() > 1)) {
      throw new ModelException(
          "adapter.json: pooling.queries: %d, where %d are wanted"
              .formatted(pma.queries(), wanted));
    }
  }

  static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
