package io.e2llm.decoder.scheduling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.e2llm.decoder.fake.ByteTokenizer;
import io.e2llm.decoder.fake.FakeModel;
import io.e2llm.decoder.sampling.SamplingSettings;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What several generations begin with is read once. */
class SharingTest extends SchedulerFixture {
  private static final String DOCUMENT = "It was a dark and stormy night. ".repeat(20);

  private Generation ask(Recorder recorder, String question, int documents) {
    Generation generation = scheduler.begin(request("head ", 20), recorder);
    for (int i = 0; i < documents; i++) {
      scheduler.soft(generation, i, soft(100, i));
    }
    scheduler.close(generation, ByteTokenizer.ids(question));
    return generation;
  }

  private Recorder answer(String question, int documents) {
    Recorder recorder = new Recorder();
    ask(recorder, question, documents);
    finish(recorder);
    return recorder;
  }

  private int promptTokensRead() {
    int read = model.steps.stream().mapToInt(SchedulerFixture::tokens).sum();
    model.steps.clear();
    return read;
  }

  @Test
  void secondQuestion_readsTheQuestionAlone() {
    answer("why?", 5);
    promptTokensRead();
    Recorder second = answer("and who?", 5);
    assertEquals(8 + 19, promptTokensRead());
    assertEquals(500, second.end().getSoftTokens());
    assertEquals(500, second.end().getCachedSoftTokens());
    assertEquals(5, second.end().getCachedPromptTokens());
    List<Integer> cached = second.ids();
    scheduler = scheduler(10_000, 8, 4);
    model = new FakeModel(4_000);
    scheduler = scheduler(10_000, 8, 4);
    assertEquals(answer("and who?", 5).ids(), cached);
    assertEquals(0, model.steps.stream().filter(List::isEmpty).count());
  }

  @Test
  void sameQuestionAgain_computesTheLastPositionAlone() {
    List<Integer> first = answer("why?", 2).ids();
    promptTokensRead();
    Recorder again = answer("why?", 2);
    assertEquals(1 + 19, promptTokensRead());
    assertEquals(first, again.ids());
  }

  @Test
  void otherTenant_sharesNothing() {
    run(request(DOCUMENT, 5), "?");
    promptTokensRead();
    GenerationRequest other =
        new GenerationRequest(
            "other",
            ByteTokenizer.ids(DOCUMENT),
            SamplingSettings.GREEDY,
            5,
            List.of(),
            new int[0],
            true,
            GenerationRequest.NO_DEADLINE);
    Recorder recorder = run(other, "?");
    assertEquals(DOCUMENT.length() + 1 + 4, promptTokensRead());
    assertEquals(0, recorder.end().getCachedPromptTokens());
  }

  @Test
  void secondTurn_findsTheFirstAnswer() {
    Recorder first = run(request(DOCUMENT, 100), "\nUser: what? Bot: ");
    int[] answer = first.ids().stream().mapToInt(Integer::intValue).toArray();
    promptTokensRead();
    Recorder second = new Recorder();
    Generation generation = scheduler.begin(request(DOCUMENT, 5), second);
    int[] turn = ByteTokenizer.ids("\nUser: what? Bot: ");
    int[] next = ByteTokenizer.ids(" User: and? Bot: ");
    int[] tail = new int[turn.length + answer.length + next.length];
    System.arraycopy(turn, 0, tail, 0, turn.length);
    System.arraycopy(answer, 0, tail, turn.length, answer.length);
    System.arraycopy(next, 0, tail, turn.length + answer.length, next.length);
    scheduler.close(generation, tail);
    finish(second);
    assertEquals(1 + next.length + 4, promptTokensRead()); // the answer's last was never read
    assertEquals(DOCUMENT.length() + turn.length + 99, second.end().getCachedPromptTokens());
  }

  @Test
  void eightAtOnce_readTheDocumentOnce() {
    List<List<Integer>> alone = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      model = new FakeModel(4_000);
      scheduler = scheduler(20_000, 8, 8);
      alone.add(answer("question " + i, 9).ids());
    }
    model = new FakeModel(4_000);
    scheduler = scheduler(20_000, 8, 8);
    Recorder[] together = new Recorder[8];
    for (int i = 0; i < 8; i++) {
      together[i] = new Recorder();
      ask(together[i], "question " + i, 9);
    }
    finish(together);
    int[] cached = new int[8];
    for (int i = 0; i < 8; i++) {
      assertEquals(alone.get(i), together[i].ids());
      cached[i] = together[i].end().getCachedSoftTokens();
    }
    assertEquals(7 * 900, java.util.Arrays.stream(cached).sum());
    assertTrue(promptTokensRead() <= 905 + 8 * (10 + 19));
    assertTrue(model.steps.isEmpty());
  }

  @Test
  void readerIsCancelled_anotherReadsOn() {
    Recorder first = new Recorder();
    Recorder second = new Recorder();
    Generation reads = ask(first, "one", 9);
    ask(second, "two", 9);
    scheduler.turn();
    scheduler.turn();
    scheduler.cancel(reads);
    finish(second);
    assertEquals(905 + 3 + 19, promptTokensRead());
    assertEquals(20, second.tokens.size());
    assertNothingIsLeft();
  }

  @Test
  void readerWaitsForItsSender_anotherReadsOnAndIsCaughtUpWith() {
    Recorder slow = new Recorder();
    Recorder fast = new Recorder();
    Generation reads = scheduler.begin(request("head ", 20), slow);
    scheduler.soft(reads, 0, soft(100, 0));
    scheduler.turn();
    ask(fast, "fast", 9);
    finish(fast);
    for (int i = 1; i < 9; i++) {
      scheduler.soft(reads, i, soft(100, i));
    }
    scheduler.close(reads, ByteTokenizer.ids("slow"));
    finish(slow);
    assertEquals(905 + 2 * (4 + 19), promptTokensRead());
    assertEquals(20, slow.tokens.size());
    assertNothingIsLeft();
  }

  @Test
  void manyTurns_beginWithFewSpans() {
    StringBuilder chat = new StringBuilder(DOCUMENT);
    for (int turn = 0; turn < 12; turn++) {
      Recorder recorder = run(request(chat.toString(), 80), "?");
      int read = promptTokensRead() - 79;
      assertTrue(turn == 0 || read < 90, () -> read + " read");
      chat.append('?').append(recorder.text()).append(" And then ").append(turn);
    }
    assertTrue(model.mostSpans <= 4, () -> model.mostSpans + " spans");
    int tokens = chat.length();
    assertTrue(
        model.kvBytes() <= 1.3 * tokens * FakeModel.KV_BYTES, // what was copied is kept once
        () -> model.kvBytes() + " bytes for " + tokens + " tokens");
    assertNothingIsLeft();
  }
}
