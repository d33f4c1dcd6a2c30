package io.e2llm.engine.torch;

/** Arithmetic of a model. */
public enum Precision {
  /** IEEE 754 binary32. */
  FP32("fp32", 6),
  /** IEEE 754 binary16; CUDA only. */
  FP16("fp16", 5),
  /** Upper half of a binary32; CUDA only. */
  BF16("bf16", 15),
  /** Weights and activations of linear layers in 8 bits, all else binary32; CPU only. */
  INT8("int8", 6);

  private final String label;
  private final int torchType;

  Precision(String label, int torchType) {
    this.label = label;
    this.torchType = torchType;
  }

  /** Its name in configuration and descriptions. */
  public String label() {
    return label;
  }

  /** The number among libtorch's scalar types of what is not quantized. */
  public int torchType() {
    return torchType;
  }
}
