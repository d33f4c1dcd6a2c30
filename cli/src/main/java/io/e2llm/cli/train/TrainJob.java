package io.e2llm.cli.train;

import io.e2llm.engine.Sha256;
import io.e2llm.engine.bundle.BundleSpec;
import io.e2llm.engine.encoder.Encoders;
import io.e2llm.engine.files.ModelFiles;
import io.e2llm.trainer.TrainingException;
import io.e2llm.trainer.data.Document;
import io.e2llm.trainer.data.DocumentFile;
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
import io.e2llm.trainer.objective.Vocabularies;
import io.e2llm.trainer.run.Trainer;
import io.e2llm.trainer.run.TrainingPlan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** A training run as its settings want it. */
final class TrainJob {
  private static final int LEAST_REWRITING = 100;
  private static final int LEAST_RECALL = 500;
  private static final int MOST_QUESTIONS = 6;
  private static final int MOST_ANSWER_WORDS = 40;

  private final TrainConfig config;
  private final Trainer.Models models;
  private final Path folder;

  TrainJob(TrainConfig config, Trainer.Models models, Path folder) {
    this.config = config;
    this.models = models;
    this.folder = folder;
  }

  /** Runs until the last step or until asked to stop. */
  void run(TrainLog log, BooleanSupplier stop) {
    log.note("reading texts");
    BundleSpec spec = TrainedSpec.of(config, models.encoder(), models.decoder());
    Prompts prompts = new Prompts(models.decoder());
    List<Document> written = read(config.texts());
    List<Document> answered = read(config.questions());
    if (asks() && answered.stream().allMatch(document -> document.questions().isEmpty())) {
      throw new TrainingException("mix: questions, hybrid and reading need questions");
    }
    List<ChunkedText> texts =
        written.stream().map(document -> chunked(document.context(), spec)).toList();
    Renaming renaming =
        new Renaming(
            config.steps().renamed(), names(written, answered), text -> chunked(text, spec));
    Exercises exercises = exercises(texts, asked(answered, spec), prompts, renaming);
    List<Instruction.Asked> asked = asked(read(config.evaluate()), spec);
    Exercises other =
        exercises(
            asked.stream().map(Instruction.Asked::text).toList(),
            asked,
            prompts,
            new Renaming(0, renaming.names(), renaming.chunker()));
    log.note("loading models");
    try (Trainer trainer =
        new Trainer(
            plan(spec, digest(written, answered)),
            models,
            prompts,
            exercises,
            evaluated(other),
            folder,
            System::nanoTime)) {
      if (trainer.fresh()) {
        begin(trainer, texts, log);
      }
      trainer.run(log, stop);
    }
  }

  private void begin(Trainer trainer, List<ChunkedText> texts, TrainLog log) {
    trainer.begin();
    config.start().ifPresent(trainer::beginWith);
    int steps = config.steps().align();
    if (steps > 0) {
      Vocabularies vocabularies = new Vocabularies(models.encoder(), models.decoder());
      double left = trainer.align(vocabularies, texts, steps, step -> log.aligned(step, steps));
      log.note("tokens aligned; %.0f %% of the embeddings' squares are left".formatted(100 * left));
    }
  }

  private TrainingPlan plan(BundleSpec spec, String data) {
    TrainConfig.Steps steps = config.steps();
    TrainConfig.Rates rates = config.rates();
    List<Double> shares = config.soft().ratioShares();
    return new TrainingPlan(
        spec,
        new TrainingPlan.Drawing(
            data,
            mix(),
            shares.isEmpty() ? Collections.nCopies(spec.ratios().size(), 1.0) : shares,
            steps.rows(),
            steps.seed()),
        new TrainingPlan.Learning(
            steps.count(),
            steps.warmUp(),
            new TrainingPlan.Rates(
                rates.pooling(), rates.adapter(), rates.lora(), rates.encoderLora()),
            steps.decay(),
            steps.clip(),
            steps.distillation()),
        steps.evaluateEvery(),
        steps.recompute(),
        steps.precision());
  }

  private boolean asks() {
    return config.mix().questions() + config.mix().hybrid() + config.mix().reading() > 0;
  }

  private Map<Kind, Double> mix() {
    TrainConfig.Mix mix = config.mix();
    return Map.of(
        Kind.REWRITING, mix.rewriting(),
        Kind.RECALL, mix.recall(),
        Kind.CONTINUATION, mix.continuation(),
        Kind.GAPS, mix.gaps(),
        Kind.QUESTIONS, mix.questions(),
        Kind.HYBRID, mix.hybrid(),
        Kind.READING, mix.reading());
  }

  private static Names names(List<Document> written, List<Document> answered) {
    return Names.of(
        Stream.of(written, answered).flatMap(List::stream).map(Document::context).toList());
  }

  private Exercises exercises(
      List<ChunkedText> texts, List<Instruction.Asked> asked, Prompts prompts, Renaming renaming) {
    TrainConfig.ContextLengths lengths = config.lengths();
    Understanding understanding =
        new Understanding(
            texts,
            prompts,
            new Understanding.Settings(
                new Lengths(LEAST_REWRITING, lengths.rewriting(), lengths.rewritingAtLast()),
                new Lengths(LEAST_RECALL, lengths.recall(), lengths.recallAtLast()),
                renaming));
    Instruction.Settings settings =
        new Instruction.Settings(
            lengths.chunks(), lengths.distractors(), MOST_QUESTIONS, MOST_ANSWER_WORDS, renaming);
    return new Exercises(
        understanding,
        asked.isEmpty()
            ? Optional.empty()
            : Optional.of(new Instruction(asked, prompts, settings)));
  }

  /** Some of each kind, the same in every run. */
  private List<Exercise> evaluated(Exercises exercises) {
    List<Exercise> drawn = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      if (kind == Kind.CONTINUATION) {
        continue;
      }
      SplittableRandom random =
          new SplittableRandom(config.steps().seed() + kind.name().hashCode());
      for (int i = 0; i < Math.max(2, config.steps().evaluated()); i++) {
        drawn.add(exercises.draw(kind, random, 0.5));
      }
    }
    return drawn;
  }

  private static List<Document> read(List<Path> files) {
    return files.stream().flatMap(file -> DocumentFile.read(file).stream()).toList();
  }

  private String digest(List<Document> written, List<Document> answered) {
    Sha256 sha256 = new Sha256().field(config.lengths().toString());
    sha256.field(String.valueOf(config.steps().renamed()));
    written.forEach(document -> sha256.field(document.context()));
    answered.forEach(document -> sha256.field(document.toString()));
    return sha256.toHex();
  }

  private List<Instruction.Asked> asked(List<Document> documents, BundleSpec spec) {
    return documents.stream()
        .filter(document -> !document.questions().isEmpty())
        .map(
            document ->
                new Instruction.Asked(chunked(document.context(), spec), document.questions()))
        .toList();
  }

  private ChunkedText chunked(String text, BundleSpec spec) {
    ModelFiles encoder = models.encoder();
    int tokens = Encoders.textTokens(encoder, spec.chunking().chunkTokens());
    return ChunkedText.of(text, encoder.tokenizer(), tokens);
  }
}
