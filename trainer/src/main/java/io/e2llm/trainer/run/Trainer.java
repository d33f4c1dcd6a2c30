package io.e2llm.trainer.run;

import io.e2llm.engine.Sha256;
import io.e2llm.engine.bundle.AdapterBundles;
import io.e2llm.engine.bundle.BundleSpec;
import io.e2llm.engine.bundle.BundleTensors;
import io.e2llm.engine.decoder.GraphAdapter;
import io.e2llm.engine.decoder.GraphDecoder;
import io.e2llm.engine.encoder.GraphEncoder;
import io.e2llm.engine.encoder.GraphSoftPrompts;
import io.e2llm.engine.files.ModelFiles;
import io.e2llm.engine.lora.LoraTensors;
import io.e2llm.engine.torch.CoreBudget;
import io.e2llm.engine.torch.MemoryExhaustedException;
import io.e2llm.engine.torch.TorchTensor;
import io.e2llm.engine.weights.WeightType;
import io.e2llm.trainer.TrainingException;
import io.e2llm.trainer.graph.Parameter;
import io.e2llm.trainer.graph.Parameters;
import io.e2llm.trainer.graph.TrainingGraph;
import io.e2llm.trainer.objective.ChunkedText;
import io.e2llm.trainer.objective.Exercise;
import io.e2llm.trainer.objective.Exercises;
import io.e2llm.trainer.objective.Prompts;
import io.e2llm.trainer.objective.Vocabularies;
import io.e2llm.trainer.optimizer.AdamW;
import io.e2llm.trainer.optimizer.AdamW.ParameterGroup;
import io.e2llm.trainer.optimizer.Schedule;
import io.e2llm.trainer.run.Checkpoint.State;
import io.e2llm.trainer.run.StepSamples.Drawn;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * A training run. Its folder holds {@code state}, the checkpoint from which it goes on, and {@code
 * best} and {@code last}, bundles. Confined to one thread.
 */
public final class Trainer implements AutoCloseable {
  private static final double LEAST_RATE = 0.1;
  private static final double NANOS = 1e9;

  private final TrainingPlan plan;
  private final Path folder;
  private final LongSupplier nanoTime;
  private final List<AutoCloseable> open = new ArrayList<>();
  private final Map<String, List<Long>> shapes = new LinkedHashMap<>();
  private final Parameters parameters;
  private final GraphSoftPrompts softPrompts;
  private final TrainingGraph graph;
  private final AdamW optimizer;
  private final Schedule schedule;
  private final StepSamples samples;
  private final Checkpoint checkpoint;
  private final List<Exercise> evaluated;
  private State state = new State(0, Double.POSITIVE_INFINITY);

  /** What a run works on; the files stay the caller's and stay open. */
  public record Models(ModelFiles encoder, ModelFiles decoder, CoreBudget cores) {}

  /**
   * A run, at the checkpoint in its folder or at its beginning.
   *
   * @param exercises learned from
   * @param evaluated what the run is evaluated with, at least two of each kind
   */
  public Trainer(
      TrainingPlan plan,
      Models models,
      Prompts prompts,
      Exercises exercises,
      List<Exercise> evaluated,
      Path folder,
      LongSupplier nanoTime) {
    this.plan = plan;
    this.folder = folder;
    this.nanoTime = nanoTime;
    this.evaluated = List.copyOf(evaluated);
    boolean whole = false;
    try {
      GraphDecoder decoder =
          own(GraphDecoder.load(models.decoder(), plan.spec().lora().decoder(), plan.precision()));
      BundleSpec spec = plan.spec();
      shapes.putAll(BundleTensors.ofPooling(spec));
      shapes.putAll(BundleTensors.ofAdapter(spec));
      spec.lora()
          .encoder()
          .ifPresent(lora -> shapes.putAll(GraphEncoder.loraShapes(models.encoder(), lora)));
      spec.lora().decoder().ifPresent(lora -> shapes.putAll(decoder.loraShapes(lora)));
      parameters = own(new Parameters(shapes, new SplittableRandom(plan.drawing().seed())));
      Map<String, TorchTensor> learned = parameters.tensors("");
      softPrompts = own(GraphSoftPrompts.load(models.encoder(), spec, learned, models.cores()));
      GraphAdapter adapter = own(new GraphAdapter(parameters.tensors("adapter.")));
      LoraTensors lora = own(decoder.lora(learned));
      graph = new TrainingGraph(softPrompts, adapter, decoder, lora, plan.recompute());
      optimizer = own(new AdamW(groups(plan, parameters)));
      schedule = new Schedule(1, plan.learning().warmUp(), plan.learning().steps(), LEAST_RATE);
      samples = new StepSamples(plan, exercises, prompts, softPrompts);
      checkpoint =
          new Checkpoint(folder.resolve("state"), new Sha256().field(plan.toString()).toHex());
      whole = true;
    } finally {
      if (!whole) {
        close();
      }
    }
  }

  private static List<ParameterGroup> groups(TrainingPlan plan, Parameters parameters) {
    List<ParameterGroup> groups = new ArrayList<>();
    plan.learning()
        .rates()
        .byPrefix()
        .forEach(
            entry -> {
              List<Parameter> own = parameters.of(entry.getKey());
              if (entry.getValue() > 0 && !own.isEmpty()) {
                groups.add(new ParameterGroup(own, entry.getValue(), plan.learning().decay()));
              }
            });
    if (groups.isEmpty()) {
      throw new TrainingException("nothing learns: all rates are 0");
    }
    return groups;
  }

  private <T extends AutoCloseable> T own(T part) {
    open.add(part);
    return part;
  }

  /** What learns. */
  Parameters parameters() {
    return parameters;
  }

  /** What each step learns from. */
  StepSamples samples() {
    return samples;
  }

  /** Whether there is no checkpoint, and the run begins. */
  public boolean fresh() {
    return !checkpoint.exists();
  }

  /** Gives the parameters values to begin with. */
  public void begin() {
    Beginning.sums(parameters, plan.spec());
  }

  /** Begins with what a bundle has under the same name and of the same shape. */
  public void beginWith(Path bundle) {
    Beginning.from(bundle, parameters);
  }

  /**
   * Teaches the projection of tokens the decoder's embeddings.
   *
   * @param step is told each step
   * @return what is left of the embeddings' squares, as a share
   */
  public double align(
      Vocabularies vocabularies, List<ChunkedText> texts, int steps, IntConsumer step) {
    List<Parameter> projection = parameters.of("pooling.token_projection.");
    try (AdamW own = new AdamW(List.of(new ParameterGroup(projection, 1, 0)))) {
      return new Alignment(softPrompts, vocabularies, texts, plan.drawing().seed())
          .run(own, steps, plan.learning().clip(), step);
    }
  }

  /**
   * Goes on to the last step, or until asked to stop, when the step at hand is the last and a
   * checkpoint is written.
   *
   * @throws TrainingException when the loss is not a number any more, memory is exhausted, or a
   *     file cannot be written; the last checkpoint stays
   */
  public void run(TrainingListener listener, BooleanSupplier stop) {
    state = checkpoint.read(everything()).orElse(state);
    while (state.step() < plan.learning().steps()) {
      int step = state.step() + 1;
      listener.stepped(stepWithinMemory(step));
      state = new State(step, state.best());
      boolean stopped = stop.getAsBoolean();
      if (step % plan.evaluateEvery() == 0 || step == plan.learning().steps()) {
        listener.evaluated(evaluate(step));
      }
      if (step % plan.evaluateEvery() == 0 || step == plan.learning().steps() || stopped) {
        checkpoint.write(state, everything());
      }
      if (stopped) {
        return;
      }
    }
  }

  private List<Parameter> everything() {
    return Stream.of(parameters.all(), optimizer.state()).flatMap(List::stream).toList();
  }

  private TrainingListener.Step stepWithinMemory(int step) {
    try {
      return step(step);
    } catch (OutOfMemoryError | MemoryExhaustedException e) {
      throw new TrainingException(
          "step %d: out of memory (%s); fewer rows, shorter lengths or recompute need less; the checkpoint of an earlier step stands in %s"
              .formatted(step, e.getMessage(), folder.resolve("state")),
          e);
    }
  }

  private TrainingListener.Step step(int step) {
    long begun = nanoTime.getAsLong();
    List<Drawn> drawn = samples.of(step);
    Means means = new Means();
    for (Drawn each : drawn) {
      means.add(each.kind(), learn(each));
    }
    double norm = optimizer.step(step, schedule.at(step), plan.learning().clip());
    if (!Double.isFinite(norm)) {
      throw new TrainingException(
          "step %d: the gradient is not a number any more; the checkpoint of an earlier step stands in %s"
              .formatted(step, folder.resolve("state")));
    }
    return new TrainingListener.Step(
        step,
        plan.learning().steps(),
        means.get(),
        drawn.stream().mapToInt(Drawn::rows).sum(),
        norm,
        (nanoTime.getAsLong() - begun) / NANOS);
  }

  private float[] learn(Drawn drawn) {
    return drawn.read().isEmpty()
        ? graph.learn(drawn.sample())
        : graph.learn(drawn.sample(), drawn.read().get(), plan.learning().distillation());
  }

  /** Each exercise with its own context and with that of the next of its kind. */
  private TrainingListener.Evaluation evaluate(int step) {
    Means means = new Means();
    Means control = new Means();
    for (Exercise exercise : evaluated) {
      means.add(exercise.kind(), measure(exercise));
      control.add(
          exercise.kind(),
          measure(new Exercise(exercise.kind(), another(exercise).chunks(), exercise.targets())));
    }
    double loss =
        means.get().values().stream().mapToDouble(Double::doubleValue).average().orElse(0);
    boolean best = loss < state.best();
    if (best) {
      state = new State(step, loss);
      write(folder.resolve("best"));
    }
    write(folder.resolve("last"));
    return new TrainingListener.Evaluation(step, means.get(), control.get(), best);
  }

  /** Negative log-likelihoods of all answers' tokens at the lowest ratio, in nats. */
  float[] measure(Exercise exercise) {
    return graph.measure(samples.prepare(exercise, plan.spec().ratios().getFirst()).sample());
  }

  private Exercise another(Exercise exercise) {
    List<Exercise> kind = evaluated.stream().filter(e -> e.kind() == exercise.kind()).toList();
    return kind.get((kind.indexOf(exercise) + 1) % kind.size());
  }

  private void write(Path bundle) {
    AdapterBundles.write(
        bundle,
        plan.spec(),
        shapes,
        WeightType.F16,
        name -> {
          FloatBuffer values = parameters.get(name).values();
          return values::get;
        });
  }

  @Override
  public void close() {
    for (AutoCloseable part : open.reversed()) {
      try {
        part.close();
      } catch (Exception e) {
        throw new IllegalStateException(e); // none of them throws a checked one
      }
    }
    open.clear();
  }

  /** Mean negative log-likelihoods of tokens by kind. */
  private static final class Means {
    private final Map<Exercise.Kind, double[]> sums = new EnumMap<>(Exercise.Kind.class);

    void add(Exercise.Kind kind, float[] nats) {
      double[] sum = sums.computeIfAbsent(kind, k -> new double[2]);
      for (float each : nats) {
        sum[0] += each;
        sum[1]++;
      }
    }

    Map<Exercise.Kind, Double> get() {
      Map<Exercise.Kind, Double> means = new EnumMap<>(Exercise.Kind.class);
      sums.forEach((kind, sum) -> means.put(kind, sum[0] / sum[1]));
      return means;
    }
  }
}
