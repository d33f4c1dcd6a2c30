package io.e2llm.trainer.run;

import io.e2llm.engine.encoder.GraphSoftPrompts;
import io.e2llm.engine.encoder.PreparedChunk;
import io.e2llm.trainer.graph.Sample;
import io.e2llm.trainer.graph.Sample.Target;
import io.e2llm.trainer.objective.Exercise;
import io.e2llm.trainer.objective.Exercises;
import io.e2llm.trainer.objective.Prompts;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The samples of each step, a pure function of the plan's seed and the step's number, so that a run
 * that was stopped goes on as if it had not been.
 */
final class StepSamples {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private final TrainingPlan plan;
  private final Exercises exercises;
  private final Prompts prompts;
  private final GraphSoftPrompts softPrompts;

  StepSamples(
      TrainingPlan plan, Exercises exercises, Prompts prompts, GraphSoftPrompts softPrompts) {
    this.plan = plan;
    this.exercises = exercises;
    this.prompts = prompts;
    this.softPrompts = softPrompts;
  }

  /**
   * A sample and its kind.
   *
   * @param kind what it exercises
   * @param sample what is learned
   * @param rows of the decoder
   */
  record Drawn(Exercise.Kind kind, Sample sample, int rows) {}

  /** The samples of a step, counted from 1; the weights of all answers' tokens add up to 1. */
  List<Drawn> of(int step) {
    SplittableRandom random = new SplittableRandom(plan.seed() * GOLDEN + step);
    List<Integer> ratios = plan.spec().ratios();
    List<Drawn> drawn = new ArrayList<>();
    int rows = 0;
    while (rows < plan.rows()) {
      double progress = (step - 1.0) / plan.steps();
      Exercise exercise = exercises.draw(plan.mix(), random, progress);
      Drawn next = prepare(exercise, ratios.get(random.nextInt(ratios.size())));
      drawn.add(next);
      rows += next.rows();
    }
    return weighed(drawn);
  }

  /** An exercise as a sample. */
  Drawn prepare(Exercise exercise, int ratio) {
    List<PreparedChunk> chunks = exercise.chunks().stream().map(softPrompts::prepare).toList();
    Sample sample = new Sample(chunks, ratio, prompts.head(), exercise.targets());
    return new Drawn(exercise.kind(), sample, rows(sample));
  }

  private int rows(Sample sample) {
    return sample.rows(
        sample.chunks().stream()
            .mapToInt(chunk -> softPrompts.softTokens(chunk, sample.ratio()))
            .sum());
  }

  private static List<Drawn> weighed(List<Drawn> drawn) {
    double sum = 0;
    for (Drawn each : drawn) {
      for (Target target : each.sample().targets()) {
        sum += target.weight() * target.answer().size();
      }
    }
    double total = sum;
    return drawn.stream().map(each -> scaled(each, total)).toList();
  }

  private static Drawn scaled(Drawn drawn, double total) {
    Sample sample = drawn.sample();
    List<Target> targets =
        sample.targets().stream()
            .map(t -> new Target(t.prompt(), t.answer(), (float) (t.weight() / total)))
            .toList();
    return new Drawn(
        drawn.kind(),
        new Sample(sample.chunks(), sample.ratio(), sample.head(), targets),
        drawn.rows());
  }
}
