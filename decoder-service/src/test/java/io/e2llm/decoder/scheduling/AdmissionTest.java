package io.e2llm.decoder.scheduling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AdmissionTest {
  private final Admission admission = new Admission(3);

  @Test
  void room_isGivenInOrderOfArrival() {
    assertEquals(2, admit(List.of(), List.of(60, 40, 1)));
  }

  @Test
  void firstThatDoesNotFit_isNotOvertaken() {
    assertEquals(1, admit(List.of(), List.of(60, 50, 1)));
  }

  @Test
  void whatRunningOnesStillRead_isCounted() {
    assertEquals(0, admit(List.of(61), List.of(40)));
    assertEquals(1, admit(List.of(60), List.of(40)));
  }

  @Test
  void nobodyRuns_theFirstIsLetInWhateverItNeeds() {
    assertEquals(1, admit(List.of(), List.of(500, 1)));
  }

  @Test
  void places_areBounded() {
    assertEquals(3, admit(List.of(), List.of(1, 1, 1, 1)));
    assertEquals(1, admit(List.of(0, 0), List.of(1, 1)));
  }

  @Test
  void anyNeeds_stayWithinTheRoomAndSomebodyGoesOn() {
    Random random = new Random(4);
    for (int round = 0; round < 5_000; round++) {
      List<Integer> running = needs(random, 4);
      List<Integer> waiting = needs(random, 6);
      int admitted = admit(running, waiting);
      int needed =
          running.stream().mapToInt(Integer::intValue).sum()
              + waiting.subList(0, admitted).stream().mapToInt(Integer::intValue).sum();
      assertTrue(admitted == 0 || needed <= 100 || (running.isEmpty() && admitted == 1));
      assertTrue(admitted == 0 || running.size() + admitted <= 3);
      assertTrue(!running.isEmpty() || waiting.isEmpty() || admitted > 0);
    }
  }

  private int admit(List<Integer> running, List<Integer> waiting) {
    return admission.admit(100, running, waiting.size(), waiting::get);
  }

  private static List<Integer> needs(Random random, int most) {
    List<Integer> needs = new ArrayList<>();
    for (int i = random.nextInt(most); i > 0; i--) {
      needs.add(random.nextInt(120));
    }
    return needs;
  }
}
