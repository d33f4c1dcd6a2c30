package io.e2llm.trainer.objective;

import io.e2llm.trainer.TrainingException;
import io.e2llm.trainer.objective.Exercise.Kind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Draws exercises of all kinds. Stateless, and pure but for what is drawn. */
public final class Exercises {
  private final Understanding understanding;
  private final Optional<Instruction> instruction;

  /** Of these objectives. */
  public Exercises(Understanding understanding, Optional<Instruction> instruction) {
    this.understanding = understanding;
    this.instruction = instruction;
  }

  /**
   * An exercise.
   *
   * @param mix how often each kind is drawn
   * @param progress of the training, from 0 to 1
   */
  public Exercise draw(Map<Kind, Double> mix, RandomGenerator random, double progress) {
    return draw(kind(mix, random), random, progress);
  }

  /** An exercise of a kind. */
  public Exercise draw(Kind kind, RandomGenerator random, double progress) {
    return switch (kind) {
      case REWRITING -> understanding.rewriting(random, progress);
      case RECALL -> understanding.recall(random, progress);
      case CONTINUATION -> understanding.continuation(random, progress);
      case GAPS -> understanding.gaps(random, progress);
      case QUESTIONS, HYBRID, READING ->
          instruction
              .orElseThrow(() -> new TrainingException("there are no questions"))
              .questions(kind, random);
    };
  }

  private static Kind kind(Map<Kind, Double> mix, RandomGenerator random) {
    List<Kind> kinds = List.of(Kind.values());
    List<Double> shares = kinds.stream().map(kind -> mix.getOrDefault(kind, 0.0)).toList();
    return Shares.draw(kinds, shares, random);
  }
}
