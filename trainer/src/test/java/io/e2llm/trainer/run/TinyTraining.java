package io.e2llm.trainer.run;

import io.e2llm.engine.TinyModels;
import io.e2llm.engine.bundle.AdapterBundles;
import io.e2llm.engine.bundle.AdapterSpec;
import io.e2llm.engine.bundle.BundleLora;
import io.e2llm.engine.bundle.BundleSpec;
import io.e2llm.engine.bundle.PoolingSpec;
import io.e2llm.engine.bundle.PoolingSpec.TokenProjection;
import io.e2llm.engine.chunk.Chunker;
import io.e2llm.engine.decoder.GraphDecoder;
import io.e2llm.engine.encoder.GraphEncoder;
import io.e2llm.engine.files.ModelFiles;
import io.e2llm.engine.lora.LoraSpec;
import io.e2llm.engine.torch.CoreBudget;
import io.e2llm.engine.torch.Precision;
import io.e2llm.trainer.data.Document.Question;
import io.e2llm.trainer.objective.ChunkedText;
import io.e2llm.trainer.objective.Exercise;
import io.e2llm.trainer.objective.Exercise.Kind;
import io.e2llm.trainer.objective.Exercises;
import io.e2llm.trainer.objective.Instruction;
import io.e2llm.trainer.objective.Lengths;
import io.e2llm.trainer.objective.Names;
import io.e2llm.trainer.objective.Prompts;
import io.e2llm.trainer.objective.Renaming;
import io.e2llm.trainer.objective.Understanding;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** Two tiny seeded models and a little text to train with. */
final class TinyTraining implements AutoCloseable {
  private static final String TEXT =
      "the cat sat on the mat. the dog ran to the red barn. a bird sang in the old tree. ";

  final ModelFiles encoder;
  final ModelFiles decoder;
  final Prompts prompts;
  final Exercises exercises;

  TinyTraining(Path folder) {
    TinyModels.writeEncoder(folder.resolve("encoder"));
    TinyModels.writeDecoder(folder.resolve("decoder"));
    encoder = ModelFiles.open(folder.resolve("encoder"));
    decoder = ModelFiles.open(folder.resolve("decoder"));
    prompts = new Prompts(decoder);
    Function<String, ChunkedText> chunker = t -> ChunkedText.of(t, encoder.tokenizer(), 60);
    ChunkedText text = chunker.apply(TEXT.repeat(3));
    Renaming renaming = new Renaming(0, Names.of(List.of(TEXT)), chunker);
    Understanding understanding =
        new Understanding(
            List.of(text),
            prompts,
            new Understanding.Settings(new Lengths(6, 12, 12), new Lengths(60, 90, 90), renaming));
    Instruction instruction =
        new Instruction(
            List.of(
                new Instruction.Asked(
                    text,
                    List.of(
                        new Question("who sat?", "cat", List.of("cat")),
                        new Question("who sang?", "bird", List.of("bird"))))),
            prompts,
            new Instruction.Settings(2, 1, 2, 3, renaming));
    exercises = new Exercises(understanding, Optional.of(instruction));
  }

  BundleSpec spec(PoolingSpec pooling, List<Integer> ratios) {
    return new BundleSpec(
        true,
        AdapterBundles.encoderSide(encoder, List.of(0, 2)),
        new BundleSpec.DecoderSide(decoder.name(), decoder.digest(), TinyModels.HIDDEN),
        new BundleSpec.Chunking(64, Chunker.VERSION),
        pooling,
        ratios,
        new AdapterSpec(16, true),
        new BundleLora(
            Optional.of(new LoraSpec(3, 3, GraphEncoder.TARGETS)),
            Optional.of(new LoraSpec(4, 8, GraphDecoder.TARGETS.subList(0, 4)))));
  }

  BundleSpec spec() {
    return spec(List.of(2));
  }

  BundleSpec spec(List<Integer> ratios) {
    PoolingSpec.Window window =
        new PoolingSpec.Window(PoolingSpec.Unit.TOKENS, PoolingSpec.Combine.HALVES);
    return spec(
        PoolingSpec.plain(window, 2 * TinyModels.HIDDEN)
            .of(new TokenProjection(TinyModels.HIDDEN, 24)),
        ratios);
  }

  static TrainingPlan plan(BundleSpec spec, int steps, boolean recompute) {
    return plan(spec, steps, recompute, 0);
  }

  static TrainingPlan plan(BundleSpec spec, int steps, boolean recompute, double distillation) {
    return plan(
        spec,
        steps,
        recompute,
        distillation,
        Map.of(Kind.REWRITING, 1.0, Kind.RECALL, 1.0, Kind.QUESTIONS, 1.0));
  }

  static TrainingPlan plan(
      BundleSpec spec, int steps, boolean recompute, double distillation, Map<Kind, Double> mix) {
    return new TrainingPlan(
        spec,
        new TrainingPlan.Drawing(
            "tiny", mix, spec.ratios().stream().map(ratio -> 1.0 / ratio).toList(), 80, 3),
        new TrainingPlan.Learning(
            steps, 5, new TrainingPlan.Rates(5e-3, 5e-3, 1e-2, 5e-3), 0.01, 1, distillation),
        4,
        recompute,
        Precision.FP32);
  }

  Trainer trainer(TrainingPlan plan, Path folder) {
    return trainer(plan, folder, () -> 0);
  }

  Trainer trainer(TrainingPlan plan, Path folder, LongSupplier nanoTime) {
    List<Exercise> evaluated = new ArrayList<>();
    SplittableRandom random = new SplittableRandom(5);
    for (Kind kind : List.of(Kind.REWRITING, Kind.QUESTIONS)) {
      evaluated.add(exercises.draw(kind, random, 0));
      evaluated.add(exercises.draw(kind, random, 0));
    }
    return new Trainer(
        plan,
        new Trainer.Models(encoder, decoder, CoreBudget.ofMachine()),
        prompts,
        exercises,
        evaluated,
        folder,
        nanoTime);
  }

  @Override
  public void close() {
    encoder.close();
    decoder.close();
  }
}
