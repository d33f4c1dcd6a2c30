package io.e2llm.cli.bench;

import io.e2llm.cli.texts.SizedTexts;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The requests of a repetition: the workload's seed and the repetition's number decide all of them.
 *
 * @param warmup those before the measurement
 * @param measured those that are measured
 */
record RequestPlan(List<PlannedRequest> warmup, List<PlannedRequest> measured) {
  RequestPlan {
    warmup = List.copyOf(warmup);
    measured = List.copyOf(measured);
  }

  /**
   * Plans a repetition. A repeated document is one whose first request has probably ended: it is
   * further back in the plan than there are streams, or belongs to the warm-up.
   */
  static RequestPlan of(Workload workload, SizedTexts texts, int repetition) {
    SplittableRandom random =
        new SplittableRandom(workload.seed() * 0x9E3779B97F4A7C15L + repetition);
    long documents = random.nextLong();
    long questions = random.nextLong();
    List<PlannedRequest> all = new ArrayList<>();
    int fresh = 0;
    for (int i = 0; i < workload.warmup() + workload.requests(); i++) {
      int known = i <= workload.warmup() ? i : Math.max(workload.warmup(), i - workload.streams());
      boolean repeats = repeats(workload, i) && known > 0;
      PlannedRequest before = repeats ? all.get(random.nextInt(known)) : null;
      int document = before == null ? fresh++ : before.document();
      String context =
          before == null ? document(workload, texts, documents + document) : before.context();
      String question = texts.question(workload.questionTokens(), questions + i);
      all.add(
          new PlannedRequest(
              i,
              document,
              context,
              question,
              before == null ? texts.measure().count(context) : before.contextTokens(),
              texts.measure().count(question),
              workload.outputTokens(),
              repeats));
    }
    return new RequestPlan(
        all.subList(0, workload.warmup()), all.subList(workload.warmup(), all.size()));
  }

  /** Spreads the repeating requests evenly over the measured ones. */
  private static boolean repeats(Workload workload, int index) {
    int place = index - workload.warmup();
    double share = workload.repeatShare();
    return place >= 0 && Math.floor((place + 1) * share) > Math.floor(place * share);
  }

  private static String document(Workload workload, SizedTexts texts, long seed) {
    return workload.contextTokens() == 0 ? "" : texts.document(workload.contextTokens(), seed);
  }
}
