package io.e2llm.trainer.objective;

import java.util.random.RandomGenerator;

/**
 * How long contexts are; longer towards the end of the training.
 *
 * @param least characters
 * @param mostAtFirst characters at the beginning
 * @param mostAtLast characters at the end
 */
public record Lengths(int least, int mostAtFirst, int mostAtLast) {
  /** Checks the order. */
  public Lengths {
    if (least < 1 || mostAtFirst < least || mostAtLast < mostAtFirst) {
      throw new IllegalArgumentException(least + ", " + mostAtFirst + ", " + mostAtLast);
    }
  }

  /**
   * One of them.
   *
   * @param progress from 0 to 1
   */
  int draw(RandomGenerator random, double progress) {
    int most = (int) Math.round(mostAtFirst + progress * (mostAtLast - mostAtFirst));
    return random.nextInt(least, most + 1);
  }
}
