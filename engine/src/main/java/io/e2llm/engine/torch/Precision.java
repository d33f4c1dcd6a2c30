package io.e2llm.engine.torch;

/** Arithmetic of a model. */
public enum Precision {
  /** IEEE 754 binary32. */
  FP32("fp32"),
  /** IEEE 754 binary16; CUDA only. */
  FP16("fp16"),
  /** Upper half of a binary32; CUDA only. */
  BF16("bf16");

  private final String label;

  Precision(String label) {
    this.label = label;
  }

  /** Its name in configuration and descriptions. */
  public String label() {
    return label;
  }
}
