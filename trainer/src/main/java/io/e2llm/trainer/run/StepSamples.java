package io.e2llm.trainer.run;

import io.e2llm.engine.encoder.GraphSoftPrompts;
import io.e2llm.engine.encoder.PreparedChunk;
import io.e2llm.trainer.graph.Sample;
import io.e2llm.trainer.graph.Sample.Ids;
import io.e2llm.trainer.graph.Sample.Target;
import io.e2llm.trainer.objective.Exercise;
import io.e2llm.trainer.objective.Exercise.Kind;
import io.e2llm.trainer.objective.Exercises;
import io.e2llm.trainer.objective.Prompts;
import io.e2llm.trainer.objective.Shares;
import io.e2llm.trainer.run.TrainingPlan.Drawing;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * The samples of each step, a pure function of the plan's seed and the step's number, so that a run
 * that was stopped goes on as if it had not been.
 */
final class StepSamples {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  /** Where text says more than the answer that is learned; written again it says just that. */
  private static final Set<Kind> TAUGHT = Set.of(Kind.QUESTIONS, Kind.HYBRID, Kind.CONTINUATION);

  /** Rows that a decoder reads as text at most. */
  private static final int MOST_READ = 2048;

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
   * @param read the same with the context as text, where the decoder learns from what it says then
   */
  record Drawn(Kind kind, Sample sample, int rows, Optional<Sample> read) {}

  /** The samples of a step, counted from 1; the weights of all answers' tokens add up to 1. */
  List<Drawn> of(int step) {
    Drawing drawing = plan.drawing();
    List<Integer> ratios = plan.spec().ratios();
    SplittableRandom random = new SplittableRandom(drawing.seed() * GOLDEN + step);
    List<Drawn> drawn = new ArrayList<>();
    int rows = 0;
    while (rows < drawing.rows()) {
      double progress = (step - 1.0) / plan.learning().steps();
      Exercise exercise = exercises.draw(drawing.mix(), random, progress);
      Drawn next = prepare(exercise, Shares.draw(ratios, drawing.ratioShares(), random));
      drawn.add(next);
      rows += next.rows();
    }
    return weighed(drawn);
  }

  /** An exercise as a sample. */
  Drawn prepare(Exercise exercise, int ratio) {
    List<PreparedChunk> chunks = exercise.chunks().stream().map(softPrompts::prepare).toList();
    Sample sample = new Sample(chunks, ratio, prompts.head(), exercise.targets());
    return new Drawn(exercise.kind(), sample, rows(sample), read(exercise, ratio));
  }

  /** The same with text, if that is not too long. */
  private Optional<Sample> read(Exercise exercise, int ratio) {
    if (plan.learning().distillation() == 0 || !TAUGHT.contains(exercise.kind())) {
      return Optional.empty();
    }
    Ids head = prompts.head(String.join("", exercise.chunks()).strip());
    Sample sample = new Sample(List.of(), ratio, head, exercise.targets());
    return Optional.of(sample).filter(s -> s.rows(0) <= MOST_READ);
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
        drawn.rows(),
        drawn.read());
  }
}
