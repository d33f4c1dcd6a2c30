package io.e2llm.engine.torch;

import io.e2llm.engine.ModelException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where and how a model computes.
 *
 * @param device {@code cpu} or {@code cuda}
 * @param precision arithmetic; the CPU takes fp32 and int8, CUDA all but int8
 * @param kv how a decoder keeps keys and values
 * @param cores shared by all models of a process
 * @param prepared folder in which weights are kept as they are packed, for the next start
 */
public record TorchOptions(
    TorchDevice device,
    Precision precision,
    KvPrecision kv,
    CoreBudget cores,
    Optional<Path> prepared) {
  /** Keys and values are kept as they are computed, and nothing for the next start. */
  public TorchOptions(TorchDevice device, Precision precision, CoreBudget cores) {
    this(device, precision, KvPrecision.of(precision), cores, Optional.empty());
  }

  /** Refuses what a device does not have. */
  public TorchOptions {
    boolean cpuOnly = precision == Precision.INT8;
    if (precision != Precision.FP32 && cpuOnly != (device == TorchDevice.CPU)) {
      throw new ModelException(
          "precision " + precision.label() + " needs device " + (cpuOnly ? "cpu" : "cuda"));
    }
  }

  /** fp32 on the CPU. */
  public static TorchOptions cpu(CoreBudget cores) {
    return new TorchOptions(TorchDevice.CPU, Precision.FP32, cores);
  }

  /**
   * Loads libtorch and refuses a device it does not have.
   *
   * @throws ModelException when the device is cuda and there is none
   */
  public void check() {
    if (device == TorchDevice.CUDA && !TorchRuntime.hasCuda()) {
      throw new ModelException("device cuda: this libtorch has no CUDA device");
    }
    TorchRuntime.load();
    if (precision == Precision.INT8) {
      int unused = Int8Kernels.largestWeight();
    }
  }

  /** The largest whole number a quantized weight may hold; 0 where weights are not quantized. */
  public int largestWeight() {
    return precision == Precision.INT8 ? Int8Kernels.largestWeight() : 0;
  }

  /** These with another way to keep keys and values. */
  public TorchOptions with(KvPrecision other) {
    return new TorchOptions(device, precision, other, cores, prepared);
  }

  /** What weights depend on beside the model: precision, and the CPU's kind of it. */
  public String arithmetic() {
    return precision == Precision.INT8
        ? precision.label() + " " + largestWeight()
        : precision.label();
  }
}
