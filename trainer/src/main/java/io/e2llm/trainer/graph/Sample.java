package io.e2llm.trainer.graph;

import io.e2llm.engine.encoder.PreparedChunk;
import java.util.List;

/**
 * One context and what is to be said about it. All targets see the context and none sees another.
 *
 * @param chunks of the context, in its order
 * @param ratio encoder tokens per soft token
 * @param head ids before the soft prompts
 * @param targets at least one
 */
public record Sample(List<PreparedChunk> chunks, int ratio, Ids head, List<Target> targets) {
  /** Copies the lists. */
  public Sample {
    chunks = List.copyOf(chunks);
    targets = List.copyOf(targets);
  }

  /** Token ids. */
  @SuppressWarnings("ArrayRecordComponent") // hot path; compared by nobody
  public record Ids(int[] values) {
    /** How many. */
    public int size() {
      return values.length;
    }
  }

  /**
   * A question and its answer.
   *
   * @param prompt ids behind the context: the question and the template up to the answer
   * @param answer ids of the answer and the end token
   * @param weight what a token of it counts
   */
  public record Target(Ids prompt, Ids answer, float weight) {
    /** Rows it takes: nothing is asked of its last token. */
    int rows() {
      return prompt.size() + answer.size() - 1;
    }
  }

  /** Rows of a decoder that it takes, with so many soft tokens. */
  public int rows(int softTokens) {
    return head.size() + softTokens + targets.stream().mapToInt(Target::rows).sum();
  }
}
