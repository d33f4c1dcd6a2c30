package io.e2llm.trainer.run;

import io.e2llm.trainer.objective.Exercise;
import java.util.Map;

/** Is told how a run goes, on the run's thread. */
public interface TrainingListener {
  /** A step was taken. */
  void stepped(Step step);

  /** The run was evaluated, and a checkpoint written. */
  void evaluated(Evaluation evaluation);

  /**
   * A step.
   *
   * @param number from 1
   * @param steps of the whole run
   * @param nats for each kind that it learned from, the mean negative log-likelihood of a token
   * @param rows of the decoder that it learned from
   * @param norm of the gradient
   * @param seconds that it took
   */
  record Step(
      int number,
      int steps,
      Map<Exercise.Kind, Double> nats,
      int rows,
      double norm,
      double seconds) {
    /** Copies the map. */
    public Step {
      nats = Map.copyOf(nats);
    }
  }

  /**
   * An evaluation.
   *
   * @param number of the step behind which it was made
   * @param nats for each kind, the mean negative log-likelihood of a token
   * @param control the same with the soft prompts of another context
   * @param best whether it is the best so far
   */
  record Evaluation(
      int number,
      Map<Exercise.Kind, Double> nats,
      Map<Exercise.Kind, Double> control,
      boolean best) {
    /** Copies the maps. */
    public Evaluation {
      nats = Map.copyOf(nats);
      control = Map.copyOf(control);
    }
  }
}
