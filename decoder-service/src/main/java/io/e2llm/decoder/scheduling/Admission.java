package io.e2llm.decoder.scheduling;

import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * How many of those that wait are let in: in order, as long as what they and the running ones still
 * have to read fits beside what running ones hold already. Nothing is reserved: whoever is in gets
 * memory as it needs it, and {@link KvRoom} settles what was expected too low. When nobody runs,
 * the first is let in whatever it needs. Pure.
 *
 * @param places most that run at once
 */
record Admission(int places) {
  /** Tokens that a generation is expected to write soon. */
  static final int HEADROOM = 64;

  /**
   * How many of {@code waiting} are let in.
   *
   * @param usable tokens for which there is room, beside what running ones hold
   * @param running what each that runs still has to read
   * @param waiting how many wait
   * @param needs what each that waits has to read, after those before it; asked for in order, and
   *     for no more than one that is not let in
   */
  int admit(long usable, List<Integer> running, int waiting, IntUnaryOperator needs) {
    long left = usable - running.stream().mapToLong(Integer::longValue).sum();
    int admitted = 0;
    while (admitted < waiting && running.size() + admitted < places) {
      left -= needs.applyAsInt(admitted);
      if (left < 0 && running.size() + admitted > 0) {
        break;
      }
      admitted++;
    }
    return admitted;
  }
}
