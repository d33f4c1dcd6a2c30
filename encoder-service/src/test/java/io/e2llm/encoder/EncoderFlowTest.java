package io.e2llm.encoder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.e2llm.common.config.DataSize;
import io.e2llm.common.error.Reason;
import io.e2llm.common.error.StatusMapping;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Cancellation in steps, slow readers, and what close leaves behind. */
class EncoderFlowTest {
  private static final String LONG_TEXT = "w ".repeat(59);

  @Test
  void cancelMidway_nothingOfItIsEncodedAfterTheStepThatRan() throws Exception {
    FakeTextEncoder encoder = FakeTextEncoder.gated();
    try (TierFixture fixture = new TierFixture(encoder, settings(64, 200))) {
      EncodeClient big = EncodeClient.started(fixture.stub());
      for (int tag = 0; tag < 100; tag++) {
        big.chunk(tag, LONG_TEXT + tag);
      }
      fixture.await("e2llm_encoder_queue_chunks", 100);
      encoder.awaitSteps(1);
      big.cancel();
      TierFixture.await(
          () -> fixture.metric("e2llm_encoder_open_calls") == 0, "the end of the call");
      EncodeClient other = EncodeClient.started(fixture.stub()).chunk(7, "short");
      encoder.permitSteps(2);

      assertEquals(7, other.result().getTag());
      assertEquals(
          List.of(List.of((LONG_TEXT + 0).hashCode()), List.of("short".hashCode())), encoder.steps);
      assertEquals(0, fixture.metric("e2llm_encoder_queue_chunks"));
    }
  }

  @Test
  void slowReader_stopsTheTierFromReadingItsChunksAlone() throws Exception {
    FakeTextEncoder encoder = FakeTextEncoder.free();
    int inFlight = 8;
    int read = 3;
    int chunks = 500;
    try (TierFixture fixture = new TierFixture(encoder, settings(2_048, inFlight))) {
      EncodeClient slow = EncodeClient.open(fixture.stub(), read).start("", "");
      for (int tag = 0; tag < chunks; tag++) {
        slow.chunk(tag, "text " + tag);
      }
      slow.halfClose();
      TierFixture.await(() -> encoder.prepared.get() >= read + inFlight, "a full call");
      EncodeClient quick = EncodeClient.started(fixture.stub()).chunk(1, "quick");
      assertEquals(1, quick.result().getTag());

      assertEquals(read + inFlight + 1, encoder.prepared.get());
      assertEquals(read, slow.results(read).size());
      assertEquals(0, slow.arrived());
      slow.read(chunks);
      assertEquals(chunks - read, slow.results(chunks - read).size());
      slow.completed();
    }
  }

  @Test
  void close_endsCallsAndThreadsAndTheEncoder() throws Exception {
    FakeTextEncoder encoder = FakeTextEncoder.gated();
    try (TierFixture fixture = new TierFixture(encoder, settings(64, 10))) {
      EncodeClient waiting = EncodeClient.started(fixture.stub()).chunk(1, "a").chunk(2, "b");
      EncodeClient idle = EncodeClient.started(fixture.stub());
      encoder.awaitSteps(1);
      encoder.permitSteps(10);
      fixture.tier.close();

      for (EncodeClient client : List.of(waiting, idle)) {
        assertEquals(Optional.of(Reason.DRAINING), StatusMapping.reason(client.failure()));
      }
      assertEquals("e2llm-encoder-compute", encoder.closedBy);
      assertNoThreads();
      EncodeClient late = EncodeClient.started(fixture.stub());
      assertEquals(Optional.of(Reason.DRAINING), StatusMapping.reason(late.failure()));
    }
  }

  @Test
  void closeBeforeStart_freesTheEncoder() {
    FakeTextEncoder encoder = FakeTextEncoder.free();
    new EncoderTier(encoder, EncoderSettings.defaults(), new PrometheusRegistry()).close();

    assertTrue(encoder.closed);
    assertNoThreads();
  }

  @Test
  void cache_staysWithinItsBytes() throws Exception {
    FakeTextEncoder encoder = FakeTextEncoder.free();
    EncoderSettings small =
        new EncoderSettings(2_048, 100, new DataSize(20_000), 10, 100, new DataSize(4_096), 2);
    try (TierFixture fixture = new TierFixture(encoder, small)) {
      EncodeClient client = EncodeClient.started(fixture.stub());
      IntStream.range(0, 200).forEach(tag -> client.chunk(tag, "text " + tag));
      client.results(200);

      double bytes = fixture.metric("e2llm_encoder_cache_bytes");
      assertTrue(bytes > 10_000 && bytes <= 20_000, "cache of " + bytes);
      assertEquals(
          200 - fixture.metric("e2llm_encoder_cache_entries"),
          fixture.metric("e2llm_encoder_cache_evictions"));
    }
  }

  private static EncoderSettings settings(int batchTokens, int inFlight) {
    return new EncoderSettings(
        batchTokens, 1_000, new DataSize(0), 10, inFlight, new DataSize(4_096), 2);
  }

  /** A pool says that it has ended a moment before its last thread has. */
  private static void assertNoThreads() {
    TierFixture.await(() -> threads().isEmpty(), "the end of all threads");
    assertEquals(List.of(), threads());
  }

  private static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("e2llm-encoder-"))
        .toList();
  }
}
