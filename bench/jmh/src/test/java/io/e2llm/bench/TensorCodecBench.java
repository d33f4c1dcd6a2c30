package io.e2llm.bench;

import io.e2llm.common.tensor.TensorCodec;
import io.e2llm.tensor.v1.DataType;
import io.e2llm.tensor.v1.Tensor;
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

/** A soft prompt onto the wire and off it: 16 rows of 384, a chunk of 128 tokens at ratio 8. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class TensorCodecBench {
  private static final int ROWS = 16;
  private static final int WIDTH = 384;

  /** Type on the wire. */
  @Param({"DATA_TYPE_F32", "DATA_TYPE_BF16", "DATA_TYPE_F16"})
  public String type = "";

  private final float[] values = new float[ROWS * WIDTH];
  private DataType wire = DataType.DATA_TYPE_F32;
  private Tensor tensor = Tensor.getDefaultInstance();

  /** Draws the values. */
  @Setup
  public void draw() {
    Random random = new Random(1);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    wire = DataType.valueOf(type);
    tensor = TensorCodec.encode(values, ROWS, wire);
  }

  /** To bytes. */
  @Benchmark
  public Object encode() {
    return TensorCodec.encode(values, ROWS, wire);
  }

  /** To floats, checked. */
  @Benchmark
  public Object decode() {
    return TensorCodec.decode(tensor, WIDTH, ROWS);
  }
}
