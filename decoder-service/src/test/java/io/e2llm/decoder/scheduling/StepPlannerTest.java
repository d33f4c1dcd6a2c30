package io.e2llm.decoder.scheduling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.e2llm.decoder.scheduling.StepPlanner.Candidate;
import io.e2llm.decoder.scheduling.StepPlanner.Slot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StepPlannerTest {
  private final StepPlanner planner = new StepPlanner(512, 128);

  @Test
  void alone_readsUpToThePrefillTokens() {
    assertEquals(
        List.of(new Slot(4, 512)),
        planner.plan(List.of(reads(4, 9_000, -1)), false, decoding -> 128));
    assertEquals(
        List.of(new Slot(4, 100)),
        planner.plan(List.of(reads(4, 100, -1)), false, decoding -> 128));
  }

  @Test
  void anybodyWaits_readsAtMost128() {
    assertEquals(
        List.of(new Slot(0, 128)),
        planner.plan(List.of(reads(0, 9_000, -1)), true, decoding -> 128));
  }

  @Test
  void decodes_comeFirstAndAlwaysAll() {
    List<Candidate> candidates = List.of(reads(0, 300, -1), decodes(1), decodes(2));
    assertEquals(
        List.of(new Slot(1, 1), new Slot(2, 1), new Slot(0, 128)),
        planner.plan(candidates, false, decoding -> 128));
  }

  @Test
  void longestUnserved_readsFirstAndLeavesTheRest() {
    List<Candidate> candidates = List.of(reads(0, 300, 7), reads(1, 30, 3), reads(2, 500, 5));
    assertEquals(
        List.of(new Slot(1, 30), new Slot(2, 98)),
        planner.plan(candidates, false, decoding -> 128));
  }

  @Test
  void nobody_emptyPlan() {
    assertEquals(List.of(), planner.plan(List.of(), true, decoding -> 128));
  }

  @Test
  void manyPrompts_takeTurns() {
    int[] left = {5_000, 5_000, 5_000, 40};
    long[] served = {-1, -1, -1, -1};
    for (int step = 0; step < 9; step++) {
      List<Candidate> candidates = new ArrayList<>();
      for (int i = 0; i < left.length; i++) {
        if (left[i] > 0) {
          candidates.add(reads(i, left[i], served[i]));
        }
      }
      for (Slot slot : planner.plan(candidates, false, decoding -> 128)) {
        left[slot.index()] -= slot.tokens();
        served[slot.index()] = step;
      }
    }
    assertEquals(0, left[3]);
    int[] read = Arrays.stream(left, 0, 3).map(each -> 5_000 - each).toArray();
    assertEquals(9 * 128 - 40, Arrays.stream(read).sum());
    assertTrue(
        Arrays.stream(read).max().orElseThrow() - Arrays.stream(read).min().orElseThrow() <= 128,
        () -> Arrays.toString(read));
  }

  @Test
  void anyCandidates_keepTheBounds() {
    Random random = new Random(2);
    for (int round = 0; round < 2_000; round++) {
      List<Candidate> candidates = new ArrayList<>();
      for (int i = random.nextInt(6); i > 0; i--) {
        candidates.add(
            random.nextBoolean()
                ? decodes(i)
                : reads(i, 1 + random.nextInt(600), random.nextInt(9)));
      }
      boolean othersWait = random.nextBoolean();
      List<Slot> plan = planner.plan(candidates, othersWait, decoding -> 128);
      long decoding = candidates.stream().filter(Candidate::decodes).count();
      int prompt = plan.stream().skip(decoding).mapToInt(Slot::tokens).sum();
      assertEquals(plan.size(), plan.stream().map(Slot::index).distinct().count());
      assertTrue(prompt <= (candidates.size() == 1 && !othersWait ? 512 : 128));
      assertTrue(candidates.isEmpty() || !plan.isEmpty());
    }
  }

  @Test
  void besideDecodes_aPieceIsReadNoLargerThanWanted() {
    List<Candidate> candidates = List.of(decodes(0), decodes(1), reads(2, 300, 1), reads(3, 9, 2));
    assertEquals(
        List.of(new Slot(0, 1), new Slot(1, 1), new Slot(2, 40)),
        planner.plan(candidates, false, decoding -> 40));
    assertEquals(
        List.of(new Slot(2, 119), new Slot(3, 9)),
        planner.plan(
            List.of(reads(2, 119, 1), reads(3, 9, 2)), false, decoding -> 40)); // nobody decodes
  }

  @Test
  void moreShareThanAlone_isRefused() {
    assertThrows(IllegalArgumentException.class, () -> new StepPlanner(64, 128));
  }

  private static Candidate reads(int index, int tokens, long served) {
    return new Candidate(index, tokens, served);
  }

  private static Candidate decodes(int index) {
    return new Candidate(index, 0, -1);
  }
}
