package io.e2llm.encoder;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Choosing the chunks of one model call among those that wait. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class BatchPlanBench {
  private static final int BATCH_TOKENS = 2_048;

  /** Calls that wait. */
  @Param({"1", "16"})
  public int calls;

  /** Chunks of each. */
  @Param({"32", "256"})
  public int chunks;

  private List<List<Waiting>> line = List.of();

  /** Fills the line with chunks of 100 to 128 tokens. */
  @Setup
  public void fill() {
    Random random = new Random(1);
    line = new ArrayList<>();
    for (int i = 0; i < calls; i++) {
      List<Waiting> call = new ArrayList<>();
      for (int j = 0; j < chunks; j++) {
        call.add(new Waiting(100 + random.nextInt(29)));
      }
      line.add(call);
    }
  }

  /** One plan. */
  @Benchmark
  public Object choose() {
    return BatchPlan.choose(line, BATCH_TOKENS);
  }

  /** A chunk, equal to no other. */
  private static final class Waiting implements BatchPlan.Candidate {
    private final int tokens;

    Waiting(int tokens) {
      this.tokens = tokens;
    }

    @Override
    public int tokens() {
      return tokens;
    }

    @Override
    public boolean alone() {
      return false;
    }
  }
}
