package io.e2llm.engine.torch;

/** How a decoder keeps keys and values. What it computes with them is its {@link Precision}'s. */
public enum KvPrecision {
  /** IEEE 754 binary32. */
  FP32("fp32", 6, 4),
  /** IEEE 754 binary16. */
  FP16("fp16", 5, 2),
  /** Upper half of a binary32. */
  BF16("bf16", 15, 2),
  /** 8-bit numbers, and a byte for the scale of each vector of a head and a token. */
  INT8("int8", 1, 1);

  private final String label;
  private final int torchType;
  private final int bytes;

  KvPrecision(String label, int torchType, int bytes) {
    this.label = label;
    this.torchType = torchType;
    this.bytes = bytes;
  }

  /** What a model of this precision computes with. */
  public static KvPrecision of(Precision precision) {
    return switch (precision) {
      case FP32, INT8 -> FP32;
      case FP16 -> FP16;
      case BF16 -> BF16;
    };
  }

  /** Its name in configuration and descriptions. */
  public String label() {
    return label;
  }

  /** The number among libtorch's scalar types of the cache's elements. */
  public int torchType() {
    return torchType;
  }

  /** Bytes that a vector of {@code size} numbers takes. */
  public int bytes(int size) {
    return this == INT8 ? size + 1 : size * bytes;
  }
}
