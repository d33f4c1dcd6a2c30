package io.e2llm.decoder.scheduling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.e2llm.common.error.Reason;
import io.e2llm.decoder.fake.ByteTokenizer;
import io.e2llm.decoder.fake.FakeModel;
import io.e2llm.decoder.sampling.SamplingSettings;
import io.e2llm.decoder.v1.FinishReason;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What generations answer. */
class AnswersTest extends SchedulerFixture {
  @Test
  void reply_comesTokenByTokenThenEnds() {
    model = FakeModel.replying(100, 7, "yes!");
    scheduler = scheduler(10_000, 8, 4);
    Recorder recorder = new Recorder();
    GenerationRequest request =
        new GenerationRequest(
            "",
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
    assertNothingIsLeft();
  }

  @Test
  void stopString_endsBeforeItAndNeverLeaks() {
    model = FakeModel.replying(100, 2, "one STOP two");
    scheduler = scheduler(10_000, 8, 4);
    Recorder recorder = new Recorder();
    GenerationRequest request =
        new GenerationRequest(
            "",
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
            "",
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
    assertNothingIsLeft();
  }

  @Test
  void forcedTokens_standInForChosenOnesAndTellHowLikelyTheyWere() {
    model = FakeModel.replying(100, 2, "yes!");
    scheduler = scheduler(10_000, 8, 4);
    Recorder chosen = new Recorder();
    scheduler.close(scheduler.begin(measured(3, new int[0]), chosen), ByteTokenizer.ids("b"));
    finish(chosen);
    assertEquals("yes", chosen.text());
    Recorder forced = new Recorder();
    scheduler.close(
        scheduler.begin(measured(3, ByteTokenizer.ids("ye.")), forced), ByteTokenizer.ids("b"));
    finish(forced);
    assertEquals("ye.", forced.text());
    assertEquals(FinishReason.FINISH_REASON_LENGTH, forced.end().getFinishReason());
    for (int i = 0; i < 3; i++) {
      float likelier = chosen.tokens.get(i).getLogProbability();
      float other = forced.tokens.get(i).getLogProbability();
      assertTrue(likelier <= 0 && other <= likelier, i + ": " + other + " after " + likelier);
      assertEquals(i < 2, other == likelier);
    }
    assertNothingIsLeft();
  }

  private static GenerationRequest measured(int tokens, int[] forced) {
    return new GenerationRequest(
        "",
        ByteTokenizer.ids("a"),
        SamplingSettings.GREEDY,
        tokens,
        List.of(),
        new int[0],
        false,
        forced,
        true,
        GenerationRequest.NO_DEADLINE);
  }
}
