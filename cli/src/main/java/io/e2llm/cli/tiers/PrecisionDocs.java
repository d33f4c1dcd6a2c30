package io.e2llm.cli.tiers;

/** What is said of precisions wherever they are set. */
final class PrecisionDocs {
  static final String PRECISION =
      "Arithmetic: int8 on a CPU that has the kernels and bf16 on CUDA by default.";
  static final String KV_PRECISION =
      "How the decoder keeps keys and values: fp32, fp16, bf16 or int8; by default fp16 beside int8"
          + " arithmetic, else what it computes with.";

  private PrecisionDocs() {}
}
