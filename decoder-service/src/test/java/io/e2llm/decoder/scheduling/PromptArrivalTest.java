package io.e2llm.decoder.scheduling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.e2llm.decoder.fake.ByteTokenizer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Prompts that are read while they arrive. */
class PromptArrivalTest extends SchedulerFixture {
  @Test
  void head_isReadBeforeThePromptComes() {
    Recorder recorder = new Recorder();
    Generation generation = scheduler.begin(request("0123456789", 4), recorder);
    assertTrue(scheduler.turn());
    assertEquals(9, model.content(0).size()); // the last waits to learn whether it is the last
    assertFalse(scheduler.turn());
    scheduler.soft(generation, 1, soft(5, 1));
    assertFalse(scheduler.turn());
    scheduler.soft(generation, 0, soft(3, 2));
    assertTrue(scheduler.turn());
    assertEquals(17, model.content(0).size());
  }

  @Test
  void softPromptsInAnyOrder_giveTheSameAnswer() {
    List<Integer> inOrder = answer(List.of(0, 1, 2, 3), true);
    assertEquals(inOrder, answer(List.of(3, 1, 0, 2), true));
    assertEquals(inOrder, answer(List.of(2, 3, 1, 0), false));
  }

  private List<Integer> answer(List<Integer> order, boolean turnBetween) {
    Recorder recorder = new Recorder();
    Generation generation = scheduler.begin(request("head", 20), recorder);
    for (int index : order) {
      scheduler.soft(generation, index, soft(index + 2, index * 100));
      if (turnBetween) {
        scheduler.turn();
      }
    }
    scheduler.close(generation, ByteTokenizer.ids("tail"));
    finish(recorder);
    assertEquals(2 + 3 + 4 + 5, recorder.end().getSoftTokens());
    return recorder.ids();
  }

  @Test
  void resetAfterReading_beginsAgain() {
    List<Integer> expected = answer(List.of(0, 1, 2, 3), true);
    for (boolean read : new boolean[] {true, false}) {
      Recorder recorder = new Recorder();
      Generation generation = scheduler.begin(request("head", 20), recorder);
      if (read) {
        scheduler.soft(generation, 0, soft(9, 77));
        scheduler.turn();
        assertTrue(model.content(0).size() > 4);
      } else {
        scheduler.turn();
        scheduler.soft(generation, 1, soft(9, 77));
      }
      scheduler.reset(generation);
      for (int index = 0; index < 4; index++) {
        scheduler.soft(generation, index, soft(index + 2, index * 100));
      }
      scheduler.close(generation, ByteTokenizer.ids("tail"));
      finish(recorder);
      assertEquals(expected, recorder.ids());
      assertEquals(14, recorder.end().getSoftTokens());
    }
  }

  @Test
  void alone_reads512_withOthers128() {
    Recorder alone = new Recorder();
    scheduler.close(scheduler.begin(request("a", 4), alone), new int[2_000]);
    scheduler.turn();
    assertEquals(512, tokens(model.steps.get(0)));
    Recorder other = new Recorder();
    scheduler.begin(request("b", 4), other);
    scheduler.turn();
    assertEquals(128, tokens(model.steps.get(1)));
  }
}
