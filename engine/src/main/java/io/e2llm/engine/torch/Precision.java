package io.e2llm.engine.torch;

/** Arithmetic of a model. */
public enum Precision {
  /** IEEE 754 binary32. */
  FP32("fp32", 6, 4),
  /** IEEE 754 binary16; CUDA only. */
  FP16("fp16", 5, 2),
  /** Upper half of a binary32; CUDA only. */
  BF16("bf16", 15, 2),
  /** Weights and activations of linear layers in 8 bits, all else binary32; CPU only. */
  INT8("int8", 6, 4);

  private final String label;
  private final int torchType;
  private final int bytes;

  Precision(String label, int torchType, int bytes) {
    this.label = label;
    this.torchType = torchType;
    this.bytes = bytes;
  }

  /** Its name in configuration and descriptions. */
  public String label() {
    return label;
  }

  /** The number among libtorch's scalar types of what is not quantized. */
  public int torchType() {
    return torchType;
  }

  /** Bytes of an element that is not quantized. */
  public int bytes() {
    return bytes;
  }
}
