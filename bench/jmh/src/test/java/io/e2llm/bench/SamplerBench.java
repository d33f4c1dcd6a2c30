package io.e2llm.bench;

import io.e2llm.decoder.sampling.History;
import io.e2llm.decoder.sampling.Sampler;
import io.e2llm.decoder.sampling.SamplingSettings;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Choosing a token among SmolLM2's 49,152; the copy of the logits is part of it. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class SamplerBench {
  private static final int VOCABULARY = 49_152;

  private final float[] logits = logits();
  private final float[] row = new float[VOCABULARY];
  private final Sampler sampler = new Sampler();
  private final History history = new History();
  private long position;

  private static float[] logits() {
    Random random = new Random(1);
    float[] drawn = new float[VOCABULARY];
    for (int i = 0; i < drawn.length; i++) {
      drawn[i] = (float) (3 * random.nextGaussian());
    }
    return drawn;
  }

  private int sample(SamplingSettings settings) {
    System.arraycopy(logits, 0, row, 0, row.length);
    return sampler.sample(row, settings, history, position++);
  }

  /** The likeliest. */
  @Benchmark
  public int greedy() {
    return sample(SamplingSettings.GREEDY);
  }

  /** From all of them. */
  @Benchmark
  public int tempered() {
    return sample(SamplingSettings.GREEDY.withTemperature(0.8f).withSeed(7));
  }
}
