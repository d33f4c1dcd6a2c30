package io.e2llm.gateway.prompt;

import io.e2llm.engine.chunk.Chunk;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/** Chooses the chunks that stand in the prompt as text. Deterministic: ties go to the earlier. */
public final class VerbatimSelection {
  /** Tokens that a chunk may cost beyond its own: what separates it from the passage before. */
  private static final int SEPARATOR_TOKENS = 2;

  /** Chunks too long for what is left of the budget that are passed over before giving up. */
  private static final int PASSED_OVER = 4;

  private final List<Chunk> chunks;
  private final PromptRenderer renderer;

  /** A selection among a context's chunks, in their order. */
  public VerbatimSelection(List<Chunk> chunks, PromptRenderer renderer) {
    this.chunks = chunks;
    this.renderer = renderer;
  }

  /** All chunks that have tokens, the most relevant first. */
  public static List<Integer> ranked(List<Chunk> chunks, IntToDoubleFunction relevance) {
    return IntStream.range(0, chunks.size())
        .filter(i -> chunks.get(i).tokens() > 0)
        .boxed()
        .sorted(
            Comparator.comparingDouble((Integer i) -> -relevance.applyAsDouble(i))
                .thenComparing(Comparator.naturalOrder()))
        .toList();
  }

  /**
   * The most relevant chunks whose text fits a budget.
   *
   * @param ranked chunks, the most relevant first
   * @param budget decoder tokens
   * @return chosen chunks, the most relevant first
   */
  public List<Integer> choose(List<Integer> ranked, int budget) {
    List<Integer> chosen = new ArrayList<>();
    int left = budget;
    int passedOver = 0;
    for (int index : ranked) {
      if (left <= 0 || passedOver == PASSED_OVER) {
        break;
      }
      int cost = renderer.count(chunks.get(index).text()) + SEPARATOR_TOKENS;
      if (cost > left) {
        passedOver++;
      } else {
        chosen.add(index);
        left -= cost;
      }
    }
    return chosen;
  }

  /**
   * The text of chosen chunks in document order, neighbours joined, white space around each passage
   * removed.
   */
  public List<String> passages(List<Integer> chosen) {
    List<String> passages = new ArrayList<>();
    StringBuilder passage = new StringBuilder();
    int previous = -2;
    for (int index : chosen.stream().sorted().toList()) {
      boolean adjacent = index == previous + 1 && chunks.get(index).beginCodePoint() > 0;
      if (!adjacent) {
        add(passages, passage);
        passage.setLength(0);
      }
      passage.append(chunks.get(index).text());
      previous = index;
    }
    add(passages, passage);
    return passages;
  }

  private static void add(List<String> passages, StringBuilder passage) {
    String text = passage.toString().strip();
    if (!text.isEmpty()) {
      passages.add(text);
    }
  }
}
