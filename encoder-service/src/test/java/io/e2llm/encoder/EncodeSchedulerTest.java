package io.e2llm.encoder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.e2llm.common.config.DataSize;
import io.e2llm.common.error.Reason;
import io.e2llm.common.metrics.TierMetrics;
import io.e2llm.engine.encoder.ChunkDigest;
import io.e2llm.engine.encoder.ChunkRole;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Steps the loop by hand, on the test's own thread. */
class EncodeSchedulerTest {
  private final FakeTextEncoder encoder = FakeTextEncoder.free();
  private final AtomicLong clock = new AtomicLong();
  private final RecordingAsker one = new RecordingAsker();
  private final RecordingAsker two = new RecordingAsker();

  @Test
  void manyChunks_doNotStarveASingleOne() {
    EncodeScheduler scheduler = scheduler(settings(64, 20_000));
    for (int i = 0; i < 10_000; i++) {
      ask(scheduler, one, i, "big " + i, Deadline.NONE);
    }
    scheduler.step();
    ask(
        scheduler,
        two,
        1,
        "single chunk of another length, seventeen words or more " + "w ".repeat(9),
        Deadline.NONE);
    scheduler.step();
    scheduler.step();

    assertEquals(Set.of(1L), two.results.keySet());
    assertTrue(one.results.size() <= 2 * 16, "served " + one.results.size());
  }

  @Test
  void cancelledCall_leavesBeforeTheNextBatch() {
    EncodeScheduler scheduler = scheduler(settings(64, 100));
    for (int i = 0; i < 100; i++) {
      ask(scheduler, one, i, "text " + i, Deadline.NONE);
    }
    scheduler.step();
    int before = one.results.size();
    scheduler.abandon(one);

    assertFalse(scheduler.step());
    assertEquals(1, encoder.steps.size());
    assertEquals(before, one.results.size());
    assertEquals(0, scheduler.queueLength());
  }

  @Test
  void expiredChunk_leavesBeforeTheNextBatch() {
    EncodeScheduler scheduler = scheduler(settings(64, 100));
    ask(scheduler, one, 1, "late", Deadline.in(10, clock.get()));
    ask(scheduler, one, 2, "in time", Deadline.in(12, clock.get()));
    clock.set(11);
    scheduler.step();

    assertEquals(Map.of(1L, Reason.DEADLINE_EXCEEDED), one.failures);
    assertEquals(Set.of(2L), one.results.keySet());
    assertEquals(List.of(List.of("in time".hashCode())), encoder.steps);
    assertEquals(0, scheduler.queueLength());
  }

  @Test
  void sameChunkTwice_isEncodedOnceForBoth() {
    EncodeScheduler scheduler = scheduler(settings(64, 100));
    ask(scheduler, one, 1, "same", Deadline.NONE);
    ask(scheduler, two, 2, "same", Deadline.NONE);
    scheduler.step();

    assertEquals(1, encoder.steps.size());
    assertSame(one.results.get(1L), two.results.get(2L));
    assertEquals(List.of(), two.cached);
  }

  @Test
  void firstAskersCancellation_leavesTheOthersTheirChunk() {
    EncodeScheduler scheduler = scheduler(settings(64, 100));
    ask(scheduler, one, 1, "same", Deadline.NONE);
    ask(scheduler, two, 2, "same", Deadline.NONE);
    scheduler.abandon(one);
    scheduler.step();

    assertEquals(Map.of(), one.results);
    assertEquals(Set.of(2L), two.results.keySet());
  }

  @Test
  void secondAsker_isNotDelayedBehindTheFirstAskersChunks() {
    EncodeScheduler scheduler = scheduler(settings(64, 100));
    for (int i = 0; i < 99; i++) {
      ask(scheduler, one, i, "text " + i, Deadline.NONE);
    }
    ask(scheduler, two, 98, "text 98", Deadline.NONE);
    scheduler.step();
    scheduler.step();

    assertEquals(Set.of(98L), two.results.keySet());
    assertTrue(one.results.containsKey(98L));
  }

  @Test
  void chunkKnownByThen_comesFromTheCache() {
    EncodeScheduler scheduler = scheduler(settings(64, 100));
    ask(scheduler, one, 1, "same", Deadline.NONE);
    scheduler.step();
    ask(scheduler, two, 2, "same", Deadline.NONE);

    assertFalse(scheduler.step());
    assertEquals(List.of(2L), two.cached);
    assertSame(one.results.get(1L), two.results.get(2L));
    assertEquals(0, scheduler.queueLength());
  }

  @Test
  void poisonedChunk_failsAlone() {
    encoder.poison("bad");
    EncodeScheduler scheduler = scheduler(settings(64, 100));
    ask(scheduler, one, 1, "good", Deadline.NONE);
    ask(scheduler, one, 2, "bad", Deadline.NONE);
    ask(scheduler, two, 3, "fine", Deadline.NONE);
    while (scheduler.step()) {}

    assertEquals(Set.of(1L), one.results.keySet());
    assertEquals(Map.of(2L, Reason.INTERNAL), one.failures);
    assertEquals(Set.of(3L), two.results.keySet());
    assertEquals(4, encoder.steps.size());
    assertEquals(0, scheduler.queueLength());
  }

  @Test
  void failedChunk_isNotCached() {
    encoder.spoil("bad");
    EncodeScheduler scheduler = scheduler(settings(64, 100));
    ask(scheduler, one, 1, "bad", Deadline.NONE);
    ask(scheduler, one, 2, "good", Deadline.NONE);
    scheduler.step();
    ask(scheduler, two, 1, "bad", Deadline.NONE);
    scheduler.step();

    assertEquals(Map.of(1L, Reason.INTERNAL), one.failures);
    assertEquals(Set.of(2L), one.results.keySet());
    assertEquals(Map.of(1L, Reason.INTERNAL), two.failures);
    assertEquals(2, encoder.steps.size());
  }

  @Test
  void queue_refusesAtItsBoundAndTellsItsAge() {
    EncodeScheduler scheduler = scheduler(settings(64, 2));
    ask(scheduler, one, 1, "a", Deadline.NONE);
    ask(scheduler, one, 2, "b", Deadline.NONE);

    assertFalse(scheduler.reserve());
    assertEquals(2, scheduler.queueLength());
    scheduler.step();
    assertTrue(scheduler.reserve());
    assertEquals(0, scheduler.queueAgeSeconds());
  }

  @Test
  void stop_failsWhatWaitsAndWhatComesLater() {
    EncodeScheduler scheduler = scheduler(settings(64, 100));
    ask(scheduler, one, 1, "a", Deadline.NONE);
    scheduler.stop();
    scheduler.run();
    ask(scheduler, two, 2, "b", Deadline.NONE);

    assertEquals(Map.of(1L, Reason.DRAINING), one.failures);
    assertEquals(Map.of(2L, Reason.DRAINING), two.failures);
    assertEquals(0, scheduler.queueLength());
  }

  @Test
  void anotherThread_mayNotStep() throws InterruptedException {
    EncodeScheduler scheduler = scheduler(settings(64, 100));
    scheduler.step();
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread intruder =
        Thread.ofPlatform()
            .start(() -> thrown.set(assertThrows(IllegalStateException.class, scheduler::step)));
    intruder.join();

    assertTrue(String.valueOf(thrown.get()).contains("belongs to"));
  }

  private EncodeScheduler scheduler(EncoderSettings settings) {
    EncoderMetrics metrics = new EncoderMetrics(TierMetrics.unread("encoder"));
    ResultCache cache = new ResultCache(settings.cacheBytes().bytes(), metrics::evicted);
    return new EncodeScheduler(encoder, settings, cache, metrics, clock::get);
  }

  private void ask(
      EncodeScheduler scheduler, RecordingAsker asker, long tag, String text, Deadline deadline) {
    assertTrue(scheduler.reserve());
    scheduler.submit(
        new Ask(
            asker,
            tag,
            ChunkDigest.of("", FakeTextEncoder.IDENTITY, 4, ChunkRole.PASSAGE, text),
            encoder.prepare(text, ChunkRole.PASSAGE),
            4,
            deadline));
  }

  private static EncoderSettings settings(int batchTokens, int queueChunks) {
    return new EncoderSettings(
        batchTokens, queueChunks, new DataSize(1 << 20), 10, 10, new DataSize(4_096), 1);
  }
}
