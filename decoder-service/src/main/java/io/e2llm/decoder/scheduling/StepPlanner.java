package io.e2llm.decoder.scheduling;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * Decides who reads how much in the next step. Pure: no model, no clock, no state of its own.
 *
 * <p>Every generation that decodes gets its one token. Prompts are read in pieces: up to {@code
 * aloneTokens} at once by a generation that is alone; while anybody else is about, at most {@code
 * sharedTokens} in all, so that nobody waits long for the step to end; and beside generations that
 * decode, as much as is wanted for a piece that is read a few layers at a time. Whoever was served
 * longest ago reads first and as much as the step allows, so that n prompts take turns; one long
 * piece costs a model less than many short ones.
 *
 * @param aloneTokens most prompt tokens of a step when one generation is alone
 * @param sharedTokens most prompt tokens of a step otherwise
 */
record StepPlanner(int aloneTokens, int sharedTokens) {
  StepPlanner {
    if (sharedTokens < 1 || aloneTokens < sharedTokens) {
      throw new IllegalArgumentException(
          "step of " + aloneTokens + " tokens alone and " + sharedTokens + " shared");
    }
  }

  /**
   * Plans a step.
   *
   * @param candidates those that could go on, in order of arrival
   * @param othersWait whether generations that are not candidates want the model soon
   * @param piece most prompt tokens beside so many decodes
   * @return at most one slot for each candidate, decodes first
   */
  List<Slot> plan(List<Candidate> candidates, boolean othersWait, IntUnaryOperator piece) {
    List<Slot> slots = new ArrayList<>();
    List<Candidate> readers = new ArrayList<>();
    for (Candidate candidate : candidates) {
      if (candidate.decodes()) {
        slots.add(new Slot(candidate.index(), 1));
      } else {
        readers.add(candidate);
      }
    }
    int budget = candidates.size() == 1 && !othersWait ? aloneTokens : sharedTokens;
    if (!slots.isEmpty()) {
      budget = Math.min(budget, piece.applyAsInt(slots.size()));
    }
    readers.sort(Comparator.comparingLong(Candidate::lastServed)); // stable: then by arrival
    for (Candidate reader : readers) {
      int tokens = Math.min(budget, reader.promptTokens());
      if (tokens > 0) {
        slots.add(new Slot(reader.index(), tokens));
        budget -= tokens;
      }
    }
    return slots;
  }

  /**
   * A generation that could go on.
   *
   * @param index names it in the plan
   * @param promptTokens prompt tokens it could read; 0 when it decodes
   * @param lastServed the step that last read from its prompt; -1 for none
   */
  record Candidate(int index, int promptTokens, long lastServed) {
    boolean decodes() {
      return promptTokens == 0;
    }
  }

  /**
   * A place in a step.
   *
   * @param index the candidate
   * @param tokens how many tokens it handles
   */
  record Slot(int index, int tokens) {}
}
