package io.e2llm.decoder.scheduling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.e2llm.common.error.Reason;
import io.e2llm.common.error.ServingException;
import io.e2llm.decoder.fake.ByteTokenizer;
import io.e2llm.decoder.fake.FakeModel;
import io.e2llm.decoder.sampling.SamplingSettings;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What fails, and what goes on all the same. */
class FailuresTest extends SchedulerFixture {
  @Test
  void commandThatFails_endsItsGenerationAlone() {
    Recorder bad = new Recorder();
    Recorder good = new Recorder();
    int unknown = new ByteTokenizer().vocabularySize();
    scheduler.close(
        scheduler.begin(request("a", 9, new int[] {unknown}, SamplingSettings.GREEDY), bad),
        ByteTokenizer.ids("b"));
    scheduler.close(scheduler.begin(request("a", 3), good), ByteTokenizer.ids("b"));
    finish(bad, good);
    assertEquals(Reason.INTERNAL, bad.failure().reason());
    assertEquals(3, good.tokens.size());
    assertNothingIsLeft();
  }

  @Test
  void queueFull_isRefused() {
    scheduler = scheduler(10_000, 1, 2);
    for (int i = 0; i < 3; i++) {
      scheduler.begin(request("a", 5), new Recorder());
    }
    ServingException refused =
        assertThrows(
            ServingException.class, () -> scheduler.begin(request("a", 5), new Recorder()));
    assertEquals(Reason.QUEUE_FULL, refused.reason());
  }

  @Test
  void modelFailsForOne_othersGoOn() {
    Recorder good = new Recorder();
    Recorder bad = new Recorder();
    scheduler.close(scheduler.begin(request("a", 10), good), new int[] {1});
    scheduler.close(scheduler.begin(request("b", 10), bad), new int[] {'!'});
    model.beforeStep =
        inputs -> {
          if (inputs.stream().anyMatch(input -> input.sequence() == 1)) {
            throw new IllegalStateException("out of order");
          }
        };
    finish(good, bad);
    assertEquals(10, good.tokens.size());
    assertEquals(Reason.INTERNAL, bad.failure().reason());
    assertFalse(String.valueOf(bad.failure().getMessage()).contains("out of order"));
    model.beforeStep = inputs -> {};
    assertEquals(4, run(request("c", 4), "d").tokens.size());
    assertNothingIsLeft();
  }

  @Test
  void modelFailsAltogether_everythingEndsAndTheLoopGoesOn() {
    Recorder recorder = new Recorder();
    scheduler.close(scheduler.begin(request("a", 10), recorder), new int[] {1});
    scheduler.safeTurn();
    model.failKvBytes = true;
    assertFalse(scheduler.safeTurn());
    assertEquals(Reason.INTERNAL, recorder.failure().reason());
    assertNothingIsLeft();
    model.failKvBytes = false;
    assertEquals(4, run(request("c", 4), "d").tokens.size());
  }

  @Test
  void nanLogits_failOneGeneration() {
    model =
        new FakeModel(
            100, "", (content, logits) -> logits[3] = content.size() == 4 ? Float.NaN : 1);
    scheduler = scheduler(1_000, 4, 4);
    Recorder recorder = run(request("a", 10), "b");
    assertEquals(Reason.INTERNAL, recorder.failure().reason());
    assertEquals(2, recorder.tokens.size());
    assertNothingIsLeft();
  }

  @Test
  void otherThread_isRefused() throws InterruptedException {
    scheduler.turn();
    List<Throwable> thrown = new ArrayList<>();
    Thread other =
        new Thread(
            () -> {
              try {
                scheduler.turn();
              } catch (IllegalStateException e) {
                thrown.add(e);
              }
            });
    other.start();
    other.join();
    assertEquals(1, thrown.size());
  }
}
