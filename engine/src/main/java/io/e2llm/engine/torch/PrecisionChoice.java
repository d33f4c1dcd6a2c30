package io.e2llm.engine.torch;

/** What an operator may ask for as a model's precision, and as its cache's. */
public enum PrecisionChoice {
  /** The fastest that keeps a model's quality: int8 on a CPU that has its kernels, bf16 on CUDA. */
  AUTO,
  /** Always fp32. */
  FP32,
  /** 8-bit weights and activations; CPU only. */
  INT8,
  /** CUDA only. */
  FP16,
  /** CUDA only. */
  BF16;

  /** The precision this means on a device. Loads libtorch to see what it has. */
  public Precision on(TorchDevice device) {
    return switch (this) {
      case FP32 -> Precision.FP32;
      case INT8 -> Precision.INT8;
      case FP16 -> Precision.FP16;
      case BF16 -> Precision.BF16;
      case AUTO -> {
        if (device == TorchDevice.CUDA) {
          yield Precision.BF16;
        }
        yield Int8Kernels.present() ? Precision.INT8 : Precision.FP32;
      }
    };
  }

  /**
   * How this, asked for as the cache's precision, has a model keep keys and values. {@code AUTO} is
   * what the model computes with, but fp16 beside an int8 model: half the bytes, and less lost than
   * by its products.
   */
  public KvPrecision keptBy(Precision model) {
    return switch (this) {
      case FP32 -> KvPrecision.FP32;
      case INT8 -> KvPrecision.INT8;
      case FP16 -> KvPrecision.FP16;
      case BF16 -> KvPrecision.BF16;
      case AUTO -> model == Precision.INT8 ? KvPrecision.FP16 : KvPrecision.of(model);
    };
  }
}
