package io.e2llm.engine.weights;

/** Turns stored blocks of one type into fp32. Stateless. */
@FunctionalInterface
interface BlockDecoder {
  /** Decodes the first {@code blocks} blocks of {@code in} to the beginning of {@code out}. */
  void decode(byte[] in, float[] out, int blocks);

  /** The decoder of a type. */
  static BlockDecoder of(WeightType type) {
    return switch (type) {
      case F32 -> PlainElements::f32;
      case F16 -> PlainElements::f16;
      case BF16 -> PlainElements::bf16;
      case Q8_0 -> SmallBlocks::q8;
      case Q4_0 -> SmallBlocks::q4;
      case Q4_1 -> SmallBlocks::q4WithMinimum;
      case Q5_0 -> SmallBlocks::q5;
      case Q5_1 -> SmallBlocks::q5WithMinimum;
      case Q4_K -> SuperBlocks::q4;
      case Q5_K -> SuperBlocks::q5;
      case Q6_K -> SuperBlocks::q6;
    };
  }
}
