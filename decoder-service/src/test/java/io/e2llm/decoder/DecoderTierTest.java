package io.e2llm.decoder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.e2llm.decoder.fake.ByteTokenizer;
import io.e2llm.decoder.fake.FakeModel;
import io.e2llm.decoder.v1.FinishReason;
import io.e2llm.decoder.v1.GenerateStart;
import io.e2llm.decoder.v1.GetDecoderRequest;
import io.e2llm.decoder.v1.GetTokenizerRequest;
import io.e2llm.decoder.v1.GetTokenizerResponse;
import io.e2llm.decoder.v1.Sampling;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The tier over real gRPC, with a fake model. */
class DecoderTierTest {
  private static final int SOFT = FakeModel.POOLED;

  private final List<InProcessDecoder> opened = new ArrayList<>();

  private InProcessDecoder serve(FakeModel model) throws Exception {
    InProcessDecoder decoder = new InProcessDecoder(model);
    opened.add(decoder);
    return decoder;
  }

  @AfterEach
  void close() {
    opened.forEach(InProcessDecoder::close);
  }

  private static GenerateStart.Builder begins(String head, int maxTokens) {
    return Call.begins(head, maxTokens).setBundleDigest(FakeModel.BUNDLE);
  }

  @Test
  void question_isAnswered() throws Exception {
    FakeModel model = FakeModel.replying(200, 5, "d\u00e9j\u00e0 vu");
    Call call =
        Call.on(serve(model).stub())
            .start(Call.begins("abc", 50).setIgnoreEndTokens(false))
            .prompt(0, "de");
    assertEquals("d\u00e9j\u00e0 vu", call.text());
    assertEquals(FinishReason.FINISH_REASON_END_TOKEN, call.end().getFinishReason());
    assertEquals(ByteTokenizer.END, call.end().getEndToken());
    assertEquals(5, call.end().getPromptTokens());
  }

  @Test
  void softPromptsOutOfOrderAndReset_giveTheSameAnswer() throws Exception {
    InProcessDecoder decoder = serve(new FakeModel(4_000));
    Call ordered =
        Call.on(decoder.stub())
            .start(begins("head", 30))
            .soft(0, 2, SOFT, 1)
            .soft(1, 3, SOFT, 2)
            .soft(2, 4, SOFT, 3)
            .prompt(3, "tail");
    Call shuffled =
        Call.on(decoder.stub())
            .start(begins("head", 30))
            .soft(2, 4, SOFT, 3)
            .soft(0, 2, SOFT, 1)
            .soft(1, 3, SOFT, 2)
            .prompt(3, "tail");
    Call again =
        Call.on(decoder.stub())
            .start(begins("head", 30))
            .soft(0, 9, SOFT, 50)
            .soft(1, 9, SOFT, 60)
            .reset()
            .soft(1, 3, SOFT, 2)
            .soft(0, 2, SOFT, 1)
            .soft(2, 4, SOFT, 3)
            .prompt(3, "tail");
    assertEquals(30, ordered.end().getCompletionTokens());
    assertEquals(9, ordered.end().getSoftTokens());
    assertEquals(ordered.text(), shuffled.text());
    assertEquals(ordered.text(), again.text());
    assertEquals(9, again.end().getSoftTokens());
  }

  @Test
  void eightAtOnce_equalAlone() throws Exception {
    InProcessDecoder decoder = serve(new FakeModel(4_000));
    List<List<Integer>> alone = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      Call call = ask(decoder, i);
      assertEquals(100, call.end().getCompletionTokens());
      alone.add(call.ids());
    }
    List<Call> calls = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      calls.add(ask(decoder, i));
    }
    for (int i = 0; i < 8; i++) {
      assertEquals(100, calls.get(i).end().getCompletionTokens());
      assertEquals(alone.get(i), calls.get(i).ids());
    }
  }

  private static Call ask(InProcessDecoder decoder, int i) {
    return Call.on(decoder.stub())
        .start(begins("head " + i, 100))
        .soft(0, 3 + i, SOFT, i)
        .prompt(1, "tail".repeat(i * 9));
  }

  @Test
  void fiveHundredGenerations_leaveNothing() throws Exception {
    FakeModel model = new FakeModel(4_000);
    InProcessDecoder decoder = serve(model);
    List<Call> calls = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      Call call = Call.on(decoder.stub()).start(begins("head", 5)).soft(0, 2, SOFT, i);
      if (i % 7 == 0) {
        call.cancel();
      } else {
        calls.add(call.prompt(1, "tail"));
      }
    }
    for (Call call : calls) {
      assertEquals(5, call.end().getCompletionTokens());
    }
    assertTrue(decoder.tier.drain(Duration.ofSeconds(20)));
    decoder.tier.close();
    assertEquals(0, model.leftOpen);
  }

  @Test
  void anotherDecoder_goesOnWhereTheFirstStopped() throws Exception {
    Sampling.Builder sampling = Sampling.newBuilder().setTemperature(1).setTopK(30).setSeed(77);
    Call whole =
        Call.on(serve(new FakeModel(4_000)).stub())
            .start(begins("head", 40).setSampling(sampling))
            .prompt(0, "tail");
    String text = whole.text();
    InProcessDecoder other = serve(new FakeModel(4_000));
    for (int cut : new int[] {0, 1, 13, 39, 40}) {
      Call rest =
          Call.on(other.stub())
              .start(
                  begins("head", 40)
                      .setSampling(sampling)
                      .addAllGeneratedIds(whole.ids().subList(0, cut)))
              .prompt(0, "tail");
      String before =
          String.join("", whole.tokens.subList(0, cut).stream().map(t -> t.getText()).toList());
      assertEquals(text, before + rest.text());
      assertEquals(whole.ids().subList(cut, 40), rest.ids());
      assertEquals(77, rest.end().getSeed());
    }
  }

  @Test
  void seedAbsent_oneIsDrawnAndTold() throws Exception {
    InProcessDecoder decoder = serve(new FakeModel(4_000));
    Sampling.Builder hot = Sampling.newBuilder().setTemperature(2);
    Call first = Call.on(decoder.stub()).start(begins("a", 30).setSampling(hot)).prompt(0, "b");
    Call second = Call.on(decoder.stub()).start(begins("a", 30).setSampling(hot)).prompt(0, "b");
    assertNotEquals(first.text(), second.text());
    Call again =
        Call.on(decoder.stub())
            .start(begins("a", 30).setSampling(hot.setSeed(first.end().getSeed())))
            .prompt(0, "b");
    assertEquals(first.text(), again.text());
  }

  @Test
  void cancelled_freesItsSequence() throws Exception {
    FakeModel model = new FakeModel(4_000);
    InProcessDecoder decoder = serve(model);
    Call call = Call.on(decoder.stub()).start(begins("a", 3_000)).prompt(0, "b");
    assertTrue(call.firstToken.await(20, TimeUnit.SECONDS));
    call.cancel();
    assertTrue(decoder.tier.drain(Duration.ofSeconds(20)));
    decoder.tier.close();
    assertEquals(0, model.leftOpen);
    assertTrue(model.steps.size() < 3_000);
  }

  @Test
  void deadlinePassed_isTold() throws Exception {
    FakeModel model = new FakeModel(4_000);
    Semaphore gate = new Semaphore(0);
    model.beforeStep = inputs -> gate.acquireUninterruptibly();
    InProcessDecoder decoder = serve(model);
    Call call =
        Call.on(decoder.stub().withDeadlineAfter(200, TimeUnit.MILLISECONDS))
            .start(begins("a", 3_000))
            .prompt(0, "b");
    assertEquals(Status.Code.DEADLINE_EXCEEDED, call.failure().code());
    gate.release(10_000);
    assertTrue(decoder.tier.drain(Duration.ofSeconds(20)));
    decoder.tier.close();
    assertEquals(0, model.leftOpen);
  }

  @Test
  void slowReader_isCancelled() throws Exception {
    FakeModel model = new FakeModel(4_000);
    InProcessDecoder decoder =
        new InProcessDecoder(
            model, InProcessDecoder.settings(Duration.ofMillis(100), Duration.ofSeconds(20)));
    opened.add(decoder);
    CountDownLatch begun = new CountDownLatch(1);
    model.beforeStep = inputs -> begun.countDown();
    Call deaf = Call.deafOn(decoder.stub()).start(begins("a", 3_000)).prompt(0, "b");
    assertTrue(begun.await(20, TimeUnit.SECONDS));
    assertTrue(decoder.tier.drain(Duration.ofSeconds(20)));
    assertTrue(model.steps.size() < 200, () -> model.steps.size() + " steps for nobody");
    deaf.readOn();
    assertEquals("SLOW_READER", deaf.failure().reason());
  }

  @Test
  void slowWriter_isCancelled() throws Exception {
    FakeModel model = new FakeModel(4_000);
    InProcessDecoder decoder =
        new InProcessDecoder(
            model, InProcessDecoder.settings(Duration.ofSeconds(20), Duration.ofMillis(100)));
    opened.add(decoder);
    Call call = Call.on(decoder.stub()).start(begins("a", 30)).soft(1, 2, SOFT, 1);
    assertEquals("SLOW_WRITER", call.failure().reason());
    assertEquals(Status.Code.DEADLINE_EXCEEDED, call.failure().code());
  }

  @Test
  void draining_refusesNewAndFinishesOld() throws Exception {
    FakeModel model = new FakeModel(4_000);
    Semaphore gate = new Semaphore(3);
    model.beforeStep = inputs -> gate.acquireUninterruptibly();
    InProcessDecoder decoder = serve(model);
    Call old = Call.on(decoder.stub()).start(begins("a", 50)).prompt(0, "b");
    assertTrue(old.firstToken.await(20, TimeUnit.SECONDS));
    assertFalse(decoder.tier.drain(Duration.ofMillis(1)));
    Call young = Call.on(decoder.stub()).start(begins("a", 50)).prompt(0, "b");
    assertEquals("DRAINING", young.failure().reason());
    assertEquals(Status.Code.UNAVAILABLE, young.failure().code());
    gate.release(10_000);
    assertEquals(50, old.end().getCompletionTokens());
    assertTrue(decoder.tier.drain(Duration.ofSeconds(20)));
  }

  @Test
  void close_failsWhatRunsAndEndsItsThreads() throws Exception {
    FakeModel model = new FakeModel(4_000);
    InProcessDecoder decoder = serve(model);
    Call call = Call.on(decoder.stub()).start(begins("a", 50)).soft(0, 1, SOFT, 1);
    Call other = Call.on(decoder.stub()).start(begins("a", 3_000)).prompt(0, "b");
    assertTrue(other.firstToken.await(20, TimeUnit.SECONDS));
    decoder.tier.close();
    assertEquals("DRAINING", call.failure().reason());
    assertTrue(model.closed);
    assertTrue(
        Thread.getAllStackTraces().keySet().stream()
            .noneMatch(thread -> thread.getName().startsWith("e2llm-decoder")));
  }

  @Test
  void description_isTold() throws Exception {
    var info =
        serve(new FakeModel(4_000))
            .blocking()
            .getDecoder(GetDecoderRequest.getDefaultInstance())
            .getDecoder();
    assertEquals("fake", info.getModel());
    assertEquals(4_000, info.getWindow());
    assertEquals(SOFT, info.getPooledWidth());
    assertEquals((1L << 30) / FakeModel.KV_BYTES, info.getKvTokens());
  }

  @Test
  void tokenizer_comesInPieces() throws Exception {
    var pieces =
        serve(new FakeModel(4_000))
            .blocking()
            .getTokenizer(GetTokenizerRequest.getDefaultInstance());
    StringBuilder json = new StringBuilder();
    while (pieces.hasNext()) {
      GetTokenizerResponse piece = pieces.next();
      json.append(piece.getTokenizerJson().toStringUtf8());
    }
    assertEquals("{\"fake\":true}", json.toString());
  }

  @Test
  void metrics_tellOfFailuresAndTokens() throws Exception {
    InProcessDecoder decoder = serve(new FakeModel(4_000));
    assertEquals(
        7,
        Call.on(decoder.stub()).start(begins("a", 7)).prompt(0, "b").end().getCompletionTokens());
    assertTrue(decoder.tier.drain(Duration.ofSeconds(20)));
    List<String> names =
        decoder.registry.scrape().stream().map(each -> each.getMetadata().getName()).toList();
    assertTrue(names.contains("e2llm_decoder_kv_used_bytes"), names::toString);
    assertTrue(names.contains("e2llm_decoder_first_token_seconds"), names::toString);
    assertEquals(2.0, counter(decoder, "e2llm_decoder_prefill_tokens"));
    assertEquals(0.0, counter(decoder, "e2llm_decoder_kv_hit_tokens"));
  }

  @Test
  void promptReadBefore_isTold() throws Exception {
    InProcessDecoder decoder = serve(new FakeModel(4_000));
    Call.on(decoder.stub()).start(begins("a", 7)).prompt(0, "bcd").end();
    var end = Call.on(decoder.stub()).start(begins("a", 7)).prompt(0, "bce").end();
    assertEquals(3, end.getCachedPromptTokens());
    assertEquals(4, end.getPromptTokens());
    assertTrue(decoder.tier.drain(Duration.ofSeconds(20)));
    assertEquals(5.0, counter(decoder, "e2llm_decoder_prefill_tokens"));
    assertEquals(3.0, counter(decoder, "e2llm_decoder_kv_hit_tokens"));
    assertEquals(0.0, counter(decoder, "e2llm_decoder_kv_evictions"));
    assertEquals(0.0, counter(decoder, "e2llm_decoder_preemptions"));
  }

  private static double counter(InProcessDecoder decoder, String name) {
    var counter =
        (io.prometheus.metrics.model.snapshots.CounterSnapshot)
            decoder.registry.scrape(name::equals).get(0);
    return counter.getDataPoints().get(0).getValue();
  }
}
