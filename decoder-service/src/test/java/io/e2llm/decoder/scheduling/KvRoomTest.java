package io.e2llm.decoder.scheduling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.e2llm.common.error.Reason;
import io.e2llm.common.error.ServingException;
import io.e2llm.decoder.fake.ByteTokenizer;
import io.e2llm.decoder.fake.FakeModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Who gets the KV cache when it is short. */
class KvRoomTest extends SchedulerFixture {
  @Test
  void kvFull_waitsInOrder() {
    scheduler = scheduler(100, 8, 4);
    Recorder first = new Recorder();
    Recorder second = new Recorder();
    Recorder third = new Recorder();
    scheduler.close(scheduler.begin(request("a", 58), first), new int[] {1});
    scheduler.close(scheduler.begin(request("b", 58), second), new int[] {1});
    scheduler.close(scheduler.begin(request("c", 18), third), new int[] {1});
    finish(first);
    assertEquals(0, second.tokens.size());
    assertEquals(0, third.tokens.size());
    finish(second, third);
    assertEquals(58, second.tokens.size());
    assertTrue(model.steps.stream().anyMatch(step -> step.size() == 2));
  }

  @Test
  void neverFits_isRefusedAtTheDoorOrWhenItGrows() {
    scheduler = scheduler(100, 8, 4);
    ServingException refused =
        assertThrows(
            ServingException.class, () -> scheduler.begin(request("a", 100), new Recorder()));
    assertEquals(Reason.KV_FULL, refused.reason());
    Recorder grows = new Recorder();
    Generation generation = scheduler.begin(request("a", 60), grows);
    scheduler.soft(generation, 0, soft(40, 1));
    scheduler.turn();
    assertEquals(Reason.KV_FULL, grows.failure().reason());
    assertNothingIsLeft();
  }

  @Test
  void olderGrows_youngerGivesWayAndStillEndsTheSame() {
    Recorder alone = run(request("younger", 20), "tail");
    model = new FakeModel(4_000);
    scheduler = scheduler(100, 8, 4);
    Recorder older = new Recorder();
    Recorder younger = new Recorder();
    Generation first = scheduler.begin(request("older", 20), older);
    Generation second = scheduler.begin(request("younger", 20), younger);
    scheduler.turn();
    assertEquals(List.of(true), younger.admissions);
    scheduler.close(second, ByteTokenizer.ids("tail"));
    for (int i = 0; i < 5; i++) {
      scheduler.turn();
    }
    assertEquals(5, younger.tokens.size());
    scheduler.soft(first, 0, soft(70, 1));
    scheduler.close(first, ByteTokenizer.ids("tail"));
    for (int turn = 0; turn < 15 && younger.admissions.size() < 2; turn++) {
      scheduler.turn();
    }
    assertEquals(List.of(true, false), younger.admissions);
    finish(older, younger);
    assertEquals(List.of(true, false, true), younger.admissions);
    assertEquals(List.of(true), older.admissions);
    assertEquals(alone.ids(), younger.ids());
    assertEquals(alone.text(), younger.text());
    assertTrue(model.peakKvBytes <= 100 * FakeModel.KV_BYTES);
    assertNothingIsLeft();
  }

  @Test
  void bothGrowPastTheCache_bothEnd() {
    Random random = new Random(8);
    for (int round = 0; round < 50; round++) {
      model = new FakeModel(4_000);
      scheduler = scheduler(120, 4, 8);
      List<Recorder> recorders = new ArrayList<>();
      List<Generation> open = new ArrayList<>();
      List<Integer> sent = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        recorders.add(new Recorder());
        open.add(scheduler.begin(request("head", 10), recorders.get(i)));
        sent.add(0);
      }
      while (!open.isEmpty()) {
        int i = random.nextInt(open.size());
        if (sent.get(i) < 8) {
          scheduler.soft(open.get(i), sent.get(i), soft(1 + random.nextInt(10), i));
          sent.set(i, sent.get(i) + 1);
        } else {
          scheduler.close(open.remove(i), new int[] {7});
          sent.remove(i);
        }
        scheduler.turn();
      }
      finish(recorders.toArray(Recorder[]::new));
      recorders.forEach(recorder -> assertEquals(10, recorder.end().getCompletionTokens()));
      assertNothingIsLeft();
    }
  }
}
