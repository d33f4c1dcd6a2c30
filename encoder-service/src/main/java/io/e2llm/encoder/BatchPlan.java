package io.e2llm.encoder;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * Which chunks the next model call encodes. The calls stand in line, each with its own chunks in
 * order of arrival; the first chunk of the first call leads the batch and sets its length bucket,
 * then the calls give one chunk of that bucket each in turn, until the token budget is full. As
 * calls that were served go to the end of the line, no call waits for more steps than calls stand
 * before it, however many chunks these have.
 */
final class BatchPlan {
  private final int batchTokens;
  private final List<Candidate> chosen = new ArrayList<>();
  private int longest;

  private BatchPlan(int batchTokens) {
    this.batchTokens = batchTokens;
  }

  /** What the plan must know of a waiting chunk. */
  interface Candidate {
    /** Length in tokens, specials included. */
    int tokens();

    /** True when it must not share a batch: it was in one that failed. */
    boolean alone();
  }

  /**
   * Chooses a batch, the leader first. A chunk longer than the budget goes by itself.
   *
   * @param line each call's chunks, none of them empty; a chunk that several calls wait for stands
   *     under each
   * @param batchTokens most tokens of the batch, padding included
   */
  static List<Candidate> choose(List<? extends List<? extends Candidate>> line, int batchTokens) {
    if (line.isEmpty()) {
      return List.of();
    }
    Candidate leader = line.get(0).get(0);
    if (leader.alone()) {
      return List.of(leader);
    }
    BatchPlan plan = new BatchPlan(batchTokens);
    plan.fill(line, leader);
    return plan.chosen;
  }

  private void fill(List<? extends List<? extends Candidate>> line, Candidate leader) {
    int bucket = LengthBucket.boundFor(leader.tokens());
    Set<Candidate> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    add(leader);
    seen.add(leader);
    int deepest = line.stream().mapToInt(List::size).max().orElse(0);
    for (int rank = 0; rank < deepest; rank++) {
      for (List<? extends Candidate> call : line) {
        if (rank < call.size() && seen.add(call.get(rank))) {
          Candidate next = call.get(rank);
          if (!next.alone() && LengthBucket.boundFor(next.tokens()) == bucket && fits(next)) {
            add(next);
          }
        }
      }
    }
  }

  private boolean fits(Candidate next) {
    return (long) (chosen.size() + 1) * Math.max(longest, next.tokens()) <= batchTokens;
  }

  private void add(Candidate next) {
    chosen.add(next);
    longest = Math.max(longest, next.tokens());
  }
}
