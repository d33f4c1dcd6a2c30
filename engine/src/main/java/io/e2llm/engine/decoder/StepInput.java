package io.e2llm.engine.decoder;

import io.e2llm.engine.encoder.SoftPrompt;
import java.util.List;

/**
 * What one sequence reads in one step.
 *
 * @param sequence handle
 * @param pieces what to read, in order; at least one token in all
 * @param wantLogits whether the last position's logits are wanted
 */
public record StepInput(int sequence, List<Piece> pieces, boolean wantLogits) {
  /** Copies the pieces. */
  public StepInput {
    pieces = List.copyOf(pieces);
  }

  /** Tokens in all pieces. */
  public int tokens() {
    return pieces.stream().mapToInt(Piece::tokens).sum();
  }

  /** Consecutive positions of one kind. */
  public sealed interface Piece {
    /** How many positions. */
    int tokens();
  }

  /**
   * Vocabulary tokens.
   *
   * @param ids their ids
   */
  @SuppressWarnings("ArrayRecordComponent") // hot path; compared by nobody
  public record Ids(int[] ids) implements Piece {
    @Override
    public int tokens() {
      return ids.length;
    }
  }

  /**
   * Soft tokens, already adapted.
   *
   * @param rows {@code [rows, hiddenSize]}
   */
  public record Soft(SoftPrompt rows) implements Piece {
    @Override
    public int tokens() {
      return rows.rows();
    }
  }
}
