package io.e2llm.decoder.scheduling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.e2llm.common.error.Reason;
import io.e2llm.common.error.ServingException;
import io.e2llm.decoder.fake.ByteTokenizer;
import io.e2llm.decoder.fake.FakeModel;
import io.e2llm.decoder.sampling.SamplingSettings;
import io.e2llm.decoder.v1.FinishReason;
import io.e2llm.engine.decoder.StepInput;
import io.e2llm.engine.encoder.SoftPrompt;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The loop turn by turn, on the test's own thread and clock. */
class SchedulerTest {
  private static final long SECOND = 1_000_000_000L;

  private FakeModel model = new FakeModel(4_000);
  private long now = 5;
  private Scheduler scheduler = scheduler(10_000, 8, 4);

  private Scheduler scheduler(long kvTokens, int sequences, int queue) {
    SchedulerLimits limits =
        new SchedulerLimits(
            kvTokens,
            sequences,
            queue,
            512,
            128,
            4,
            Duration.ofSeconds(10),
            Duration.ofSeconds(20));
    return new Scheduler(model, limits, () -> now, SchedulerObserver.NONE);
  }

  private static GenerationRequest request(String head, int maxTokens) {
    return request(head, maxTokens, new int[0], SamplingSettings.GREEDY);
  }

  private static GenerationRequest request(
      String head, int maxTokens, int[] generated, SamplingSettings sampling) {
    return new GenerationRequest(
        ByteTokenizer.ids(head),
        sampling,
        maxTokens,
        List.of(),
        generated,
        true,
        GenerationRequest.NO_DEADLINE);
  }

  private static SoftPrompt soft(int rows, int salt) {
    float[] values = new float[rows * FakeModel.POOLED];
    for (int i = 0; i < values.length; i++) {
      values[i] = salt + i;
    }
    return new SoftPrompt(rows, FakeModel.POOLED, values);
  }

  private Recorder run(GenerationRequest request, String tail) {
    Recorder recorder = new Recorder();
    Generation generation = scheduler.begin(request, recorder);
    scheduler.close(generation, ByteTokenizer.ids(tail));
    finish(recorder);
    return recorder;
  }

  private void finish(Recorder... recorders) {
    for (int turn = 0; turn < 5_000; turn++) {
      if (List.of(recorders).stream().allMatch(Recorder::over)) {
        return;
      }
      scheduler.turn();
    }
    throw new AssertionError("not over after 5,000 turns");
  }

  @Test
  void reply_comesTokenByTokenThenEnds() {
    model = FakeModel.replying(100, 7, "yes!");
    scheduler = scheduler(10_000, 8, 4);
    Recorder recorder = new Recorder();
    GenerationRequest request =
        new GenerationRequest(
            ByteTokenizer.ids("abcd"),
            SamplingSettings.GREEDY,
            50,
            List.of(),
            new int[0],
            false,
            GenerationRequest.NO_DEADLINE);
    Generation generation = scheduler.begin(request, recorder);
    scheduler.close(generation, ByteTokenizer.ids("efg"));
    finish(recorder);
    assertEquals("yes!", recorder.text());
    assertEquals(FinishReason.FINISH_REASON_END_TOKEN, recorder.end().getFinishReason());
    assertEquals(ByteTokenizer.END, recorder.end().getEndToken());
    assertEquals(7, recorder.end().getPromptTokens());
    assertEquals(5, recorder.end().getCompletionTokens());
    assertEquals(4, recorder.tokens.size());
    assertEquals(0, model.open);
  }

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
    assertEquals(0, model.open);
  }

  @Test
  void stopString_endsBeforeItAndNeverLeaks() {
    model = FakeModel.replying(100, 2, "one STOP two");
    scheduler = scheduler(10_000, 8, 4);
    Recorder recorder = new Recorder();
    GenerationRequest request =
        new GenerationRequest(
            ByteTokenizer.ids("a"),
            SamplingSettings.GREEDY,
            50,
            List.of("STOP"),
            new int[0],
            false,
            GenerationRequest.NO_DEADLINE);
    scheduler.close(scheduler.begin(request, recorder), ByteTokenizer.ids("b"));
    finish(recorder);
    assertEquals("one ", recorder.text());
    assertEquals(FinishReason.FINISH_REASON_STOP_STRING, recorder.end().getFinishReason());
  }

  @Test
  void windowFull_endsWithLength() {
    model = new FakeModel(10);
    scheduler = scheduler(10_000, 8, 4);
    Recorder recorder = run(request("abc", 100), "de");
    assertEquals(5, recorder.tokens.size());
    assertEquals(FinishReason.FINISH_REASON_LENGTH, recorder.end().getFinishReason());
  }

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
  void lastPartEmpty_logitsComeFromTheLastSoftToken() {
    Recorder recorder = new Recorder();
    Generation generation = scheduler.begin(request("", 3), recorder);
    scheduler.soft(generation, 0, soft(4, 1));
    scheduler.turn();
    scheduler.close(generation, new int[0]);
    finish(recorder);
    assertEquals(3, recorder.tokens.size());
    assertEquals(4, recorder.end().getSoftTokens());
  }

  @Test
  void eightAtOnce_equalAlone() {
    List<List<Integer>> alone = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      alone.add(run(request("question " + i, 60), "?".repeat(i * 40 + 1)).ids());
    }
    Recorder[] together = new Recorder[8];
    for (int i = 0; i < 8; i++) {
      together[i] = new Recorder();
      scheduler.close(
          scheduler.begin(request("question " + i, 60), together[i]),
          ByteTokenizer.ids("?".repeat(i * 40 + 1)));
    }
    finish(together);
    for (int i = 0; i < 8; i++) {
      assertEquals(alone.get(i), together[i].ids());
    }
    assertTrue(model.steps.stream().anyMatch(step -> step.size() == 8), "never batched");
  }

  @Test
  void resumeAtAnyToken_goesOnTheSame() {
    SamplingSettings sampling =
        new SamplingSettings(1.2f, 20, 0.95f, 0.01f, 1.1f, 0.2f, 0.1f, 99, java.util.Map.of());
    Recorder whole = run(request("head", 40, new int[0], sampling), "tail");
    for (int cut = 0; cut <= 40; cut++) {
      model = new FakeModel(4_000);
      scheduler = scheduler(10_000, 8, 4);
      int[] earlier = whole.ids().stream().limit(cut).mapToInt(Integer::intValue).toArray();
      Recorder rest = run(request("head", 40, earlier, sampling), "tail");
      assertEquals(whole.ids().subList(cut, 40), rest.ids());
      String before =
          String.join("", whole.tokens.stream().limit(cut).map(t -> t.getText()).toList());
      assertEquals(whole.text(), before + rest.text());
      assertEquals(40, rest.end().getCompletionTokens());
      assertEquals(whole.end().getPromptTokens(), rest.end().getPromptTokens());
      assertTrue(rest.tokens.isEmpty() || rest.tokens.get(0).getPosition() == cut);
    }
  }

  @Test
  void resumePastTheEnd_isRefused() {
    Recorder recorder = new Recorder();
    GenerationRequest request =
        new GenerationRequest(
            new int[] {1},
            SamplingSettings.GREEDY,
            9,
            List.of(),
            new int[] {'a', ByteTokenizer.END, 'b'},
            false,
            GenerationRequest.NO_DEADLINE);
    scheduler.close(scheduler.begin(request, recorder), new int[] {2});
    scheduler.turn();
    assertEquals(Reason.INVALID_REQUEST, recorder.failure().reason());
    assertEquals(0, model.open);
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

  private static int tokens(List<StepInput> step) {
    return step.stream().mapToInt(StepInput::tokens).sum();
  }

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
            new int[] {1}, SamplingSettings.GREEDY, 500, List.of(), new int[0], true, now + 100);
    scheduler.close(scheduler.begin(request, recorder), new int[] {2});
    scheduler.turn();
    now += 99;
    scheduler.turn();
    assertEquals(2, recorder.tokens.size());
    now += 1;
    assertFalse(scheduler.turn());
    assertEquals(Reason.DEADLINE_EXCEEDED, recorder.failure().reason());
    assertEquals(0, model.open);
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
    assertEquals(0, model.open);
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
    assertEquals(0, model.open);
  }

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
    assertEquals(0, model.open);
  }

  @Test
  void olderGrows_youngerGivesWayAndStillEndsTheSame() {
    Recorder alone = run(request("younger", 20), "tail");
    scheduler = scheduler(100, 8, 4);
    Recorder older = new Recorder();
    Recorder younger = new Recorder();
    Generation first = scheduler.begin(request("older", 20), older);
    Generation second = scheduler.begin(request("younger", 20), younger);
    scheduler.turn();
    assertEquals(2, model.open);
    scheduler.soft(first, 0, soft(60, 1));
    scheduler.turn();
    assertEquals(1, model.open);
    assertEquals(List.of(true, false), younger.admissions);
    scheduler.close(first, ByteTokenizer.ids("tail"));
    scheduler.close(second, ByteTokenizer.ids("tail"));
    finish(older, younger);
    assertEquals(alone.ids(), younger.ids());
    assertEquals(0, model.open);
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
      assertEquals(0, model.open);
    }
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
    assertEquals(0, model.open);
  }

  @Test
  void modelFailsAltogether_everythingEndsAndTheLoopGoesOn() {
    Recorder recorder = new Recorder();
    scheduler.close(scheduler.begin(request("a", 10), recorder), new int[] {1});
    scheduler.safeTurn();
    model.failKvBytes = true;
    assertFalse(scheduler.safeTurn());
    assertEquals(Reason.INTERNAL, recorder.failure().reason());
    assertEquals(0, model.open);
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
    assertEquals(0, model.open);
  }

  @Test
  void undeliveredEnd_holdsAPlaceButNoCache() {
    scheduler = scheduler(10_000, 1, 1);
    Recorder slow = new Recorder();
    slow.slow = true;
    Generation ended = scheduler.begin(request("a", 3), slow);
    scheduler.close(ended, new int[] {1});
    finish(slow);
    assertEquals(0, model.open);
    scheduler.begin(request("b", 3), new Recorder());
    assertThrows(ServingException.class, () -> scheduler.begin(request("c", 3), new Recorder()));
    slow.undelivered = 0;
    scheduler.delivered(ended);
    scheduler.turn();
    scheduler.begin(request("c", 3), new Recorder());
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
