package io.e2llm.gateway.request;

import io.e2llm.common.error.Reason;
import io.e2llm.common.error.ServingException;
import java.util.ArrayList;
import java.util.List;

/**
 * Which chunks become soft prompts, and at which ratio. Begins with all chunks at the lowest ratio
 * that seems to do; when they outgrow the room, the ratio rises through those the bundle lists, and
 * after the highest only embeddings are wanted, until the most relevant chunks can be chosen. Pure
 * bookkeeping; belongs to the request's thread.
 */
final class SoftPlan {
  /** Encoder tokens are estimated from code points at this many for each. */
  private static final int CODE_POINTS_PER_TOKEN = 4;

  /** What encoders are asked for at present. */
  enum Phase {
    /** The soft prompt of every chunk. */
    ALL,
    /** Embeddings, to choose by. */
    EMBEDDINGS,
    /** The soft prompts of the chosen chunks. */
    CHOSEN
  }

  private final List<Integer> ratios;
  private final List<Integer> rows = new ArrayList<>();
  private int step;
  private long room;
  private long total;
  private Phase phase = Phase.ALL;

  /**
   * A plan.
   *
   * @param ratios the bundle's, ascending
   * @param wanted the client's; 0 when it leaves the choice
   * @param room soft tokens that fit, as far as is known
   * @param announcedCodePoints the context's length; 0 when unknown
   * @throws ServingException RATIO_UNSUPPORTED when the bundle does not list the ratio
   */
  SoftPlan(List<Integer> ratios, int wanted, long room, long announcedCodePoints) {
    this.ratios = List.copyOf(ratios);
    this.room = room;
    if (wanted != 0) {
      step = ratios.indexOf(wanted);
      if (step < 0) {
        throw new ServingException(
            Reason.RATIO_UNSUPPORTED, "ratio " + wanted + " is none of the bundle's " + ratios);
      }
    } else {
      long tokens = announcedCodePoints / CODE_POINTS_PER_TOKEN;
      while (step < ratios.size() - 1 && tokens / ratios.get(step) > room) {
        step++;
      }
    }
  }

  int ratio() {
    return ratios.get(step);
  }

  Phase phase() {
    return phase;
  }

  /** What encoders are asked for with a new chunk: the ratio, or 0 for the embedding alone. */
  int wantedRatio() {
    return phase == Phase.ALL ? ratio() : 0;
  }

  /** Counts a new chunk, at the most soft tokens it can have. */
  void add(int tokens) {
    int estimate = mostRows(tokens);
    rows.add(estimate);
    total += estimate;
  }

  /** Counts a chunk at the soft tokens it has: {@link #mostRows} or fewer. */
  void actual(int index, int actualRows) {
    total += actualRows - rows.get(index);
    rows.set(index, actualRows);
  }

  /** Sets the room, once it is known better. */
  void room(long softTokens) {
    room = softTokens;
  }

  /** Whether all chunks together need more than there is. */
  boolean outgrown() {
    return phase == Phase.ALL && total > room;
  }

  /** Goes to the next ratio, or to embeddings after the highest. */
  void rise(List<Integer> chunkTokens) {
    if (step == ratios.size() - 1) {
      phase = Phase.EMBEDDINGS;
      return;
    }
    step++;
    total = 0;
    rows.clear();
    chunkTokens.forEach(this::add);
  }

  /** The most relevant chunks that fit, in document order. From now on only they are wanted. */
  List<Integer> choose(List<Integer> ranked, List<Integer> chunkTokens) {
    phase = Phase.CHOSEN;
    List<Integer> chosen = new ArrayList<>();
    long left = room;
    for (int index : ranked) {
      int estimate = mostRows(chunkTokens.get(index));
      if (estimate > left) {
        break;
      }
      left -= estimate;
      chosen.add(index);
    }
    return chosen.stream().sorted().toList();
  }

  /** Most soft tokens that a chunk of so many tokens has at the present ratio. */
  int mostRows(int tokens) {
    return Math.ceilDiv(tokens, ratio());
  }
}
