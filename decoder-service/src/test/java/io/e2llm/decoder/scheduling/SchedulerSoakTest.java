package io.e2llm.decoder.scheduling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.e2llm.decoder.fake.ByteTokenizer;
import io.e2llm.decoder.fake.FakeModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Generations with random prompts that have much in common, on a cache that is too small, cancelled
 * and paused at random: each that ends has the tokens it has alone without a cache.
 */
class SchedulerSoakTest extends SchedulerFixture {
  private static final long KV_TOKENS = 700;

  private long preemptions;
  private long hits;
  private long unfinished;

  private record Prompt(String head, List<Integer> soft, String tail, int tokens) {}

  private static final class Asked {
    final Prompt prompt;
    final Recorder recorder = new Recorder();
    final Generation generation;
    int sent;
    boolean closed;
    boolean cancelled;

    Asked(Prompt prompt, Scheduler scheduler) {
      this.prompt = prompt;
      generation = scheduler.begin(request(prompt.head, prompt.tokens), recorder);
    }

    void send(Scheduler scheduler) {
      if (sent < prompt.soft.size()) {
        scheduler.soft(generation, sent, soft(prompt.soft.get(sent), prompt.soft.get(sent)));
        sent++;
      } else if (!closed) {
        scheduler.close(generation, ByteTokenizer.ids(prompt.tail));
        closed = true;
      }
    }
  }

  private static Prompt prompt(Random random) {
    List<Integer> soft = new ArrayList<>();
    for (int i = random.nextInt(5); i > 0; i--) {
      soft.add(20 + 30 * random.nextInt(2));
    }
    String head = "system ".repeat(random.nextInt(2) * 10 + 1);
    String tail = "question ".repeat(1 + random.nextInt(12)) + random.nextInt(3);
    return new Prompt(head, soft, tail, 1 + random.nextInt(120));
  }

  private Scheduler alone() {
    SchedulerLimits limits =
        new SchedulerLimits(
            10_000,
            false,
            1,
            4,
            512,
            128,
            1_000,
            java.time.Duration.ofSeconds(10),
            java.time.Duration.ofSeconds(20));
    return new Scheduler(model, limits, () -> now, SchedulerObserver.NONE);
  }

  private List<Integer> expected(Prompt prompt) {
    FakeModel before = model;
    model = new FakeModel(4_000);
    Scheduler scheduler = alone();
    Asked asked = new Asked(prompt, scheduler);
    while (!asked.recorder.over()) {
      asked.send(scheduler);
      scheduler.turn();
    }
    assertEquals(0, model.open); // without reuse nothing stays
    model = before;
    return asked.recorder.ids();
  }

  @Test
  void anythingHappens_tokensAreThoseOfEachAlone() {
    for (int seed = 0; seed < 30; seed++) {
      soak(new Random(seed));
    }
    assertTrue(preemptions > 100, () -> preemptions + " preemptions");
    assertTrue(hits > 3_000, () -> hits + " hits");
    assertTrue(unfinished > 300, () -> unfinished + " turns in the midst of a piece");
  }

  private void soak(Random random) {
    model = new FakeModel(4_000);
    model.beforeStep = inputs -> now += 100;
    model.beforeLayers = (inputs, layers) -> now += 1 + random.nextInt(40 * layers);
    scheduler = scheduler(KV_TOKENS, 6, 50);
    List<Asked> all = new ArrayList<>();
    for (int turn = 0; turn < 600; turn++) {
      if (all.size() < 40 && random.nextInt(6) == 0) {
        all.add(new Asked(prompt(random), scheduler));
      }
      for (Asked asked : all) {
        if (!asked.recorder.over() && random.nextInt(3) == 0) {
          asked.send(scheduler);
        }
        if (random.nextInt(300) == 0 && !asked.recorder.over()) {
          scheduler.cancel(asked.generation);
          asked.cancelled = true;
        }
        asked.recorder.slow = random.nextInt(4) == 0;
        if (random.nextInt(10) == 0 && asked.recorder.undelivered > 0) {
          asked.recorder.undelivered = 0;
          scheduler.delivered(asked.generation);
        }
      }
      boolean read = model.goesOn();
      scheduler.turn();
      unfinished += read && model.goesOn() ? 1 : 0;
      assertTrue(model.peakKvBytes <= KV_TOKENS * FakeModel.KV_BYTES);
    }
    List<Asked> left = all.stream().filter(asked -> !asked.cancelled).toList();
    for (int turn = 0; turn < 20_000 && !left.stream().allMatch(a -> a.recorder.over()); turn++) {
      for (Asked asked : left) {
        asked.recorder.slow = false;
        asked.recorder.undelivered = 0;
        asked.send(scheduler);
        scheduler.delivered(asked.generation);
      }
      scheduler.turn();
    }
    for (Asked asked : left) {
      assertNull(asked.recorder.failure);
      assertTrue(asked.recorder.over(), "never over");
      assertEquals(expected(asked.prompt), asked.recorder.ids());
      for (int i = 0; i < asked.recorder.tokens.size(); i++) {
        assertEquals(i, asked.recorder.tokens.get(i).getPosition());
      }
      hits += asked.recorder.end().getCachedSoftTokens();
      preemptions += asked.recorder.admissions.stream().filter(admitted -> !admitted).count();
    }
    assertTrue(model.peakKvBytes <= KV_TOKENS * FakeModel.KV_BYTES);
    scheduler.turn();
    assertNothingIsLeft();
  }
}
