package io.e2llm.decoder.scheduling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.e2llm.decoder.fake.FakeModel;
import io.e2llm.engine.decoder.StepInput;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** How long steps take, with a model whose steps cost time by the token. */
class StepTimeTest extends SchedulerFixture {
  private static final long MILLI = 1_000_000;

  /**
   * Turns in which the prompt's 6 s would be read, were every one as long as it may be: each has
   * 2.5 - 1 times the 10.2 ms of a decode step for the prompt.
   */
  private static final int FEWEST_STEPS = 392;

  private final Random noise = new Random(3);
  private final Recorder stream = new Recorder();
  private double interruptions;

  /** Costs 10 ms, and for each prompt token 0.5 ms more and up to as much again at 8,000. */
  private void cost(List<StepInput> step) {
    cost(step, FakeModel.LAYERS);
  }

  private void cost(List<StepInput> step, int layers) {
    double millis = 10;
    for (StepInput input : step) {
      int tokens = input.tokens();
      int context = model.length(input.sequence());
      millis += tokens == 1 ? 0.2 : tokens * 0.5 * (1 + context / 8_000.0);
    }
    boolean interrupted = noise.nextDouble() < interruptions;
    now +=
        (long)
            (millis
                * MILLI
                * layers
                / FakeModel.LAYERS
                * (interrupted ? 5 : 1 + noise.nextDouble() * 0.1));
  }

  private List<Long> gaps(Recorder stream, int steps) {
    List<Long> gaps = new ArrayList<>();
    for (int i = 0; i < steps; i++) {
      long before = now;
      int tokens = stream.tokens.size();
      scheduler.turn();
      assertEquals(tokens + 1, stream.tokens.size()); // every step makes a token
      gaps.add(now - before);
    }
    return gaps.stream().sorted().toList();
  }

  private long begin() {
    model = new FakeModel(10_000);
    model.beforeStep = this::cost;
    model.beforeLayers = this::cost;
    scheduler = scheduler(100_000, 8, 4);
    scheduler.close(scheduler.begin(request("stream", 5_000), stream), new int[] {1});
    scheduler.turn();
    return gaps(stream, 50).get(25);
  }

  private List<Long> gapsBesideALongPrompt() {
    Recorder reader = new Recorder();
    scheduler.close(scheduler.begin(request("reader", 10), reader), new int[8_000]);
    List<Long> gaps = new ArrayList<>();
    while (reader.tokens.isEmpty()) {
      gaps.addAll(gaps(stream, 1));
    }
    return gaps;
  }

  @Test
  void longPromptBesideAStream_neverStretchesAGapThreeTimes() {
    long median = begin();
    List<Long> gaps = gapsBesideALongPrompt();
    long longest = gaps.stream().mapToLong(Long::longValue).max().orElseThrow();
    assertTrue(longest <= 3 * median, () -> longest + " against " + median);
    assertTrue(gaps.size() < 1.4 * FEWEST_STEPS, () -> gaps.size() + " steps");
  }

  @Test
  void machineThatIsInterrupted_readsNearlyAsMuch() {
    interruptions = 0.05;
    begin();
    List<Long> gaps = gapsBesideALongPrompt();
    assertTrue(gaps.size() < 1.45 * FEWEST_STEPS, () -> gaps.size() + " steps");
  }
}
