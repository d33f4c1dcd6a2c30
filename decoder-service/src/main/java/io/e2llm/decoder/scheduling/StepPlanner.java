package io.e2llm.decoder.scheduling;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Decides who reads how much in the next step. Pure: no model, no clock, no state of its own.
 *
 * <p>Every generation that decodes gets its one token first. Then prompts are read: while anybody
 * else is about, at most {@code sharedTokens} prompt tokens in all, so that nobody waits long for
 * the step to end; a generation that is alone reads up to {@code aloneTokens} at once. Beside
 * generations that decode, prompts are read only in so far as the step is expected to take no more
 * than {@link #STRETCH} times what it takes without; what it takes without is measured first where
 * it is not known. Whoever was served longest ago reads first and as much as the step allows, so
 * that n prompts take turns; one long piece costs a model less than many short ones.
 *
 * @param aloneTokens most prompt tokens of a step when one generation is alone
 * @param sharedTokens most prompt tokens of a step otherwise
 */
record StepPlanner(int aloneTokens, int sharedTokens) {
  /** What is aimed at, so that no step takes 4 times as long, whatever the estimates missed. */
  static final double STRETCH = 3;

  /** Read beside decodes while nothing is known of what prompt tokens cost. */
  static final int FIRST_TOKENS = 8;

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
   * @param costs what steps cost
   * @return at most one slot for each candidate, decodes first
   */
  List<Slot> plan(List<Candidate> candidates, boolean othersWait, StepCosts costs) {
    List<Slot> slots = new ArrayList<>();
    List<Candidate> readers = new ArrayList<>();
    for (Candidate candidate : candidates) {
      if (candidate.decodes()) {
        slots.add(new Slot(candidate.index(), 1));
      } else {
        readers.add(candidate);
      }
    }
    int decoding = slots.size();
    if (readers.isEmpty() || costs.decodeUnknown(decoding)) {
      return slots;
    }
    int budget = candidates.size() == 1 && !othersWait ? aloneTokens : sharedTokens;
    double decodeNanos = decoding == 0 ? 0 : costs.decodeNanos(decoding);
    double nanos = decodeNanos > 0 ? (STRETCH - 1) * decodeNanos : Double.POSITIVE_INFINITY;
    readers.sort(Comparator.comparingLong(Candidate::lastServed)); // stable: then by arrival
    for (Candidate reader : readers) {
      int tokens = Math.min(budget, reader.promptTokens());
      if (decoding > 0) {
        double each = costs.promptTokenNanos(reader.context());
        int affordable = Double.isNaN(each) ? FIRST_TOKENS : (int) (nanos / each);
        tokens = Math.min(tokens, Math.max(slots.size() == decoding ? 1 : 0, affordable));
        nanos -= tokens * (Double.isNaN(each) ? nanos : each);
      }
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
   * @param context positions it has read
   * @param lastServed the step that last read from its prompt; -1 for none
   */
  record Candidate(int index, int promptTokens, int context, long lastServed) {
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
