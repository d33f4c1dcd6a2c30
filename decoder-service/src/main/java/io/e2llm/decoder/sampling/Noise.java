package io.e2llm.decoder.sampling;

/**
 * Noise as a pure function of seed, position and token id, so that a generation goes on exactly the
 * same on another machine and beside other generations. The counter is hashed by the finalizer of
 * SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA
 * 2014), applied once for seed and position and once more for the id.
 */
final class Noise {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;
  private static final long ODD = 0xD1342543DE82EF95L;

  private Noise() {}

  /** What all tokens of one position share. */
  static long stream(long seed, long position) {
    return mix(mix(seed + GOLDEN) + (position + 1) * GOLDEN);
  }

  /** Uniform in the open interval (0, 1), a multiple of 2^-53 less half of one. */
  static double uniform(long stream, int id) {
    return ((mix(stream ^ ((id + 1L) * ODD)) >>> 11) + 0.5) * 0x1p-53;
  }

  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
