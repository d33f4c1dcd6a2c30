package io.e2llm.trainer.objective;

import java.util.List;
import java.util.random.RandomGenerator;

/** Draws by shares. */
public final class Shares {
  private Shares() {}

  /**
   * One of some choices, drawn as often as its share of the sum; never one whose share is 0.
   *
   * @param shares of the choices, not negative, and not all 0
   */
  public static <T> T draw(List<T> choices, List<Double> shares, RandomGenerator random) {
    double at = random.nextDouble() * shares.stream().mapToDouble(Double::doubleValue).sum();
    T last = choices.getFirst();
    for (int i = 0; i < choices.size(); i++) {
      if (shares.get(i) > 0) {
        last = choices.get(i);
        at -= shares.get(i);
        if (at < 0) {
          return last;
        }
      }
    }
    return last; // the sum was rounded
  }
}
