package io.e2llm.decoder.sampling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.e2llm.engine.decoder.Logits;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SamplerTest {
  private static final History NOTHING = new History();

  private final Sampler sampler = new Sampler();

  @Test
  void greedyTie_lowestIdWins() {
    float[] logits = {1, 3, 3, 2};
    assertEquals(1, sampler.sample(logits, SamplingSettings.GREEDY, NOTHING, 0));
  }

  @Test
  void bannedToken_isNeverTaken() {
    SamplingSettings ban = settings(0, 0, 1, 0, 1, 0, 0, 7, Map.of(1, -100f));
    assertEquals(2, sampler.sample(new float[] {1, 900, 3, 2}, ban, NOTHING, 0));
  }

  @Test
  void bias_isAdded() {
    SamplingSettings bias = settings(0, 0, 1, 0, 1, 0, 0, 7, Map.of(3, 1.5f));
    assertEquals(3, sampler.sample(new float[] {1, 3, 3, 2}, bias, NOTHING, 0));
  }

  @Test
  void repetitionPenalty_countsPromptAndOutputOnce() {
    History history = new History();
    history.prompt(new int[] {0, 0, 1});
    history.output(1);
    history.output(2);
    float[] logits = {8, -2, 6, 1};
    history.penalize(logits, settings(0, 0, 1, 0, 2, 0, 0, 7, Map.of()));
    assertEquals(4f, logits[0]);
    assertEquals(-4f, logits[1]);
    assertEquals(3f, logits[2]);
    assertEquals(1f, logits[3]);
  }

  @Test
  void presenceAndFrequency_countTheOutputOnly() {
    History history = new History();
    history.prompt(new int[] {0});
    history.output(1);
    history.output(1);
    float[] logits = {5, 5, 5, 5};
    history.penalize(logits, settings(0, 0, 1, 0, 1, 0.5f, 0.25f, 7, Map.of()));
    assertEquals(5f, logits[0]);
    assertEquals(4f, logits[1]);
  }

  @Test
  void nan_isRefused() {
    assertThrows(
        ArithmeticException.class,
        () -> sampler.sample(new float[] {1, Float.NaN}, SamplingSettings.GREEDY, NOTHING, 0));
  }

  @Test
  void everythingBanned_isRefused() {
    SamplingSettings ban = settings(0, 0, 1, 0, 1, 0, 0, 7, Map.of(0, -100f));
    assertThrows(ArithmeticException.class, () -> sampler.sample(new float[] {1}, ban, NOTHING, 0));
  }

  @Test
  void sameSeedAndPosition_sameToken() {
    SamplingSettings hot = settings(2, 0, 1, 0, 1, 0, 0, 42, Map.of());
    Set<Integer> seen = new HashSet<>();
    for (int position = 0; position < 50; position++) {
      int first = sampler.sample(flat(), hot, NOTHING, position);
      assertEquals(first, new Sampler().sample(flat(), hot, NOTHING, position));
      seen.add(first);
    }
    assertTrue(seen.size() > 20, () -> "positions share their noise: " + seen);
    assertNotEquals(
        sampler.sample(flat(), hot, NOTHING, 1),
        sampler.sample(flat(), hot.withSeed(43), NOTHING, 1));
  }

  private static float[] flat() {
    return new float[1000];
  }

  @Test
  void anySettings_equalTheNaiveReference() {
    Random random = new Random(3);
    for (int round = 0; round < 5_000; round++) {
      int vocabulary = 1 + random.nextInt(60);
      float[] logits = new float[vocabulary];
      for (int i = 0; i < vocabulary; i++) {
        // Coarse, so that ties happen.
        logits[i] = random.nextInt(24) / 4f - 3;
      }
      History history = new History();
      Map<Integer, Float> bias = new HashMap<>();
      for (int i = 0; i < 3; i++) {
        history.output(random.nextInt(vocabulary));
        history.prompt(new int[] {random.nextInt(vocabulary)});
        bias.put(random.nextInt(vocabulary), random.nextFloat() * 4 - 2);
      }
      SamplingSettings settings = any(random, bias);
      int position = random.nextInt(1000);
      float[] copy = logits.clone();
      int expected = NaiveSampler.sample(copy, settings, history, position);
      int got = sampler.sample(logits, settings, history, position);
      assertEquals(expected, got, settings::toString);
    }
  }

  private static SamplingSettings any(Random random, Map<Integer, Float> bias) {
    return settings(
        random.nextInt(4) * 0.5f,
        random.nextInt(3) * 7,
        random.nextBoolean() ? 1 : 0.05f + 0.9f * random.nextFloat(),
        random.nextBoolean() ? 0 : 0.3f * random.nextFloat(),
        random.nextBoolean() ? 1 : 1.3f,
        random.nextBoolean() ? 0 : 0.5f,
        random.nextBoolean() ? 0 : 0.25f,
        random.nextLong(),
        random.nextBoolean() ? Map.of() : bias);
  }

  @Test
  void draws_followTheSoftmax() {
    float[] logits = {0, 1, 2, -1, 0.5f, 1.5f, -3, 0.2f};
    double[] expected = NaiveSampler.softmax(logits, 1.0 / 0.8);
    assertFits(logits, settings(0.8f, 0, 1, 0, 1, 0, 0, 9, Map.of()), expected);
  }

  @Test
  void drawsAmongTheKept_followTheirSoftmax() {
    float[] logits = {0, 1, 2, -1, 0.5f, 1.5f, -3, 0.2f};
    float[] kept = logits.clone();
    for (int banned : new int[] {0, 3, 4, 6, 7}) {
      kept[banned] = Float.NEGATIVE_INFINITY;
    }
    SamplingSettings top3 = settings(1, 3, 1, 0, 1, 0, 0, 10, Map.of());
    assertFits(logits, top3, NaiveSampler.softmax(kept, 1));
  }

  /** Chi-square with at most 7 degrees of freedom: under 24.3 in 999 of 1,000 fair draws. */
  private void assertFits(float[] logits, SamplingSettings settings, double[] expected) {
    int draws = 50_000;
    int[] seen = new int[logits.length];
    for (int position = 0; position < draws; position++) {
      seen[sampler.sample(logits.clone(), settings, NOTHING, position)]++;
    }
    double statistic = 0;
    for (int id = 0; id < seen.length; id++) {
      double mean = draws * expected[id];
      statistic += mean == 0 ? seen[id] * 1e9 : (seen[id] - mean) * (seen[id] - mean) / mean;
    }
    assertTrue(statistic < 24.3, "chi-square " + statistic);
  }

  @Test
  void outOfRange_isRefusedByName() {
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> SamplingSettings.GREEDY.withTemperature(Float.NaN))
            .getMessage();
    assertTrue(String.valueOf(message).startsWith("temperature"), message);
  }

  private static SamplingSettings settings(
      float temperature,
      int topK,
      float topP,
      float minP,
      float repetition,
      float presence,
      float frequency,
      long seed,
      Map<Integer, Float> bias) {
    return new SamplingSettings(
        temperature, topK, topP, minP, repetition, presence, frequency, seed, bias);
  }

  @Test
  void logProbability_isTheModelsAndNotTheSettings() {
    float[] row = {(float) Math.log(1), (float) Math.log(2), (float) Math.log(5)};
    FloatBuffer three = FloatBuffer.allocate(9).put(row).put(row).put(row);
    SamplingSettings greedy = SamplingSettings.GREEDY;
    SamplingSettings biased = new SamplingSettings(0, 0, 1, 0, 1, 0, 0, 0, Map.of(2, -100f));
    List<Sampled> sampled =
        sampler.sample(
            new Logits(3, 3, three),
            List.of(
                new SampledRow(greedy, NOTHING, 0),
                new SampledRow(biased, NOTHING, 0, SampledRow.CHOSEN, true),
                new SampledRow(greedy, NOTHING, 0, 0, true)));
    assertEquals(List.of(2, 1, 0), sampled.stream().map(Sampled::id).toList());
    assertTrue(Float.isNaN(sampled.get(0).logProbability()));
    assertEquals(Math.log(2 / 8.0), sampled.get(1).logProbability(), 1e-6);
    assertEquals(Math.log(1 / 8.0), sampled.get(2).logProbability(), 1e-6);
  }
}
