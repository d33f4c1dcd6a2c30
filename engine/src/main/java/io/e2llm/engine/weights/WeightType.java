package io.e2llm.engine.weights;

/** How a weight file stores elements: plain types, and the block types of GGUF. */
public enum WeightType {
  /** IEEE 754 binary32. */
  F32(1, 4),
  /** IEEE 754 binary16. */
  F16(1, 2),
  /** Upper half of a binary32. */
  BF16(1, 2),
  /** 32 elements: one fp16 scale, 32 signed bytes. */
  Q8_0(32, 34),
  /** 32 elements: one fp16 scale, 4-bit values less 8. */
  Q4_0(32, 18),
  /** 32 elements: fp16 scale and minimum, 4-bit values. */
  Q4_1(32, 20),
  /** 32 elements: one fp16 scale, 5-bit values less 16. */
  Q5_0(32, 22),
  /** 32 elements: fp16 scale and minimum, 5-bit values. */
  Q5_1(32, 24),
  /** 256 elements in 8 blocks: 6-bit scales and minima, 4-bit values. */
  Q4_K(256, 144),
  /** 256 elements in 8 blocks: 6-bit scales and minima, 5-bit values. */
  Q5_K(256, 176),
  /** 256 elements in 16 blocks: 8-bit scales, 6-bit values. */
  Q6_K(256, 210);

  private final int blockElements;
  private final int blockBytes;

  WeightType(int blockElements, int blockBytes) {
    this.blockElements = blockElements;
    this.blockBytes = blockBytes;
  }

  /** Elements that are stored together; 1 for plain types. */
  public int blockElements() {
    return blockElements;
  }

  /** Bytes of one block. */
  public int blockBytes() {
    return blockBytes;
  }
}
