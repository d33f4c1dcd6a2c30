package io.e2llm.decoder.scheduling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.e2llm.common.error.Reason;
import io.e2llm.common.error.ServingException;
import io.e2llm.decoder.sampling.SamplingSettings;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How generations leave before their end. */
class EndingsTest extends SchedulerFixture {
  @Test
  void cancelled_isFreedBeforeTheNextStep() {
    Recorder first = new Recorder();
    Recorder second = new Recorder();
    scheduler = scheduler(10_000, 1, 4);
    Generation running = scheduler.begin(request("a", 50), first);
    scheduler.close(running, new int[] {1});
    scheduler.turn();
    scheduler.close(scheduler.begin(request("b", 50), second), new int[] {1});
    scheduler.turn();
    assertTrue(second.tokens.isEmpty());
    scheduler.cancel(running);
    int tokens = first.tokens.size();
    scheduler.turn(); // frees, admits and reads
    assertEquals(1, second.tokens.size());
    assertEquals(tokens, first.tokens.size());
    assertNull(first.failure);
    scheduler.forgetUnused();
    assertEquals(1, model.open);
  }

  @Test
  void cancelledWhileWaiting_leavesTheQueue() {
    scheduler = scheduler(10_000, 1, 1);
    scheduler.close(scheduler.begin(request("a", 50), new Recorder()), new int[] {1});
    Generation waiting = scheduler.begin(request("b", 50), new Recorder());
    scheduler.turn();
    scheduler.cancel(waiting);
    scheduler.turn();
    Recorder third = new Recorder();
    scheduler.begin(request("c", 50), third);
    assertThrows(ServingException.class, () -> scheduler.begin(request("d", 50), new Recorder()));
  }

  @Test
  void deadlinePassed_isFreedBeforeTheNextStep() {
    Recorder recorder = new Recorder();
    GenerationRequest request =
        new GenerationRequest(
            "",
            new int[] {1},
            SamplingSettings.GREEDY,
            500,
            List.of(),
            new int[0],
            true,
            now + 100);
    scheduler.close(scheduler.begin(request, recorder), new int[] {2});
    scheduler.turn();
    now += 99;
    scheduler.turn();
    assertEquals(2, recorder.tokens.size());
    now += 1;
    assertFalse(scheduler.turn());
    assertEquals(Reason.DEADLINE_EXCEEDED, recorder.failure().reason());
    assertNothingIsLeft();
  }

  @Test
  void slowReader_pausesOnlyItselfAndComesBack() {
    Recorder slow = new Recorder();
    slow.slow = true;
    Recorder fast = new Recorder();
    Generation paused = scheduler.begin(request("a", 30), slow);
    scheduler.close(paused, new int[] {1});
    scheduler.close(scheduler.begin(request("b", 30), fast), new int[] {1});
    finish(fast);
    assertEquals(5, slow.tokens.size());
    slow.undelivered = 2;
    slow.slow = false;
    scheduler.delivered(paused);
    finish(slow);
    assertEquals(30, slow.tokens.size());
  }

  @Test
  void slowReaderTimeout_cancelsAndFrees() {
    Recorder slow = new Recorder();
    slow.slow = true;
    scheduler.close(scheduler.begin(request("a", 30), slow), new int[] {1});
    for (int i = 0; i < 8; i++) {
      scheduler.turn();
    }
    now += 10 * SECOND - 1;
    scheduler.turn();
    assertNull(slow.failure);
    now += 1;
    scheduler.turn();
    assertEquals(Reason.SLOW_READER, slow.failure().reason());
    assertNothingIsLeft();
  }

  @Test
  void slowWriter_isCancelledUnlessItKeepsSending() {
    Recorder recorder = new Recorder();
    Generation generation = scheduler.begin(request("a", 30), recorder);
    scheduler.turn();
    now += 19 * SECOND;
    scheduler.soft(generation, 1, soft(2, 1));
    scheduler.turn();
    now += 19 * SECOND;
    scheduler.turn();
    assertNull(recorder.failure);
    now += SECOND;
    scheduler.turn();
    assertEquals(Reason.SLOW_WRITER, recorder.failure().reason());
    assertNothingIsLeft();
  }

  @Test
  void undeliveredEnd_holdsAPlaceButNoCache() {
    scheduler = scheduler(10_000, 1, 1);
    Recorder slow = new Recorder();
    slow.slow = true;
    Generation ended = scheduler.begin(request("a", 3), slow);
    scheduler.close(ended, new int[] {1});
    finish(slow);
    assertNothingIsLeft();
    scheduler.begin(request("b", 3), new Recorder());
    assertThrows(ServingException.class, () -> scheduler.begin(request("c", 3), new Recorder()));
    slow.undelivered = 0;
    scheduler.delivered(ended);
    scheduler.turn();
    scheduler.begin(request("c", 3), new Recorder());
  }
}
