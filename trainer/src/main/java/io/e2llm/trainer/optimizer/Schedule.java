package io.e2llm.trainer.optimizer;

/**
 * A rate of learning that rises in a straight line and falls along half a cosine.
 *
 * @param rate the highest
 * @param warmUp steps of the rise
 * @param steps all of them
 * @param least what is left of the rate at the end, as a share
 */
public record Schedule(double rate, int warmUp, int steps, double least) {
  /** Checks the numbers. */
  public Schedule {
    if (!(rate > 0) || warmUp < 0 || steps < 1 || !(least >= 0 && least <= 1)) {
      throw new IllegalArgumentException("no schedule of " + steps + " steps at " + rate);
    }
  }

  /** The rate of a step, counted from 1. */
  public double at(int step) {
    double rise = warmUp == 0 ? 1 : Math.min(1, (double) step / warmUp);
    double gone = Math.min(1, (double) (step - 1) / steps);
    double fall = least + (1 - least) * (1 + Math.cos(Math.PI * gone)) / 2;
    return rate * rise * fall;
  }
}
