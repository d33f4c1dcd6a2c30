package io.e2llm.cli.train;

import io.e2llm.engine.Sha256;
import io.e2llm.engine.bundle.AdapterBundles;
import io.e2llm.engine.bundle.AdapterSpec;
import io.e2llm.engine.bundle.BundleLora;
import io.e2llm.engine.bundle.BundleSpec;
import io.e2llm.engine.bundle.PoolingSpec;
import io.e2llm.engine.bundle.PoolingSpec.TokenProjection;
import io.e2llm.engine.chunk.Chunker;
import io.e2llm.engine.files.ModelFiles;
import io.e2llm.engine.lora.LoraSpec;
import io.e2llm.engine.tokenizer.Tokenizer;
import io.e2llm.trainer.data.Document;
import io.e2llm.trainer.data.DocumentFile;
import io.e2llm.trainer.objective.ChunkedText;
import io.e2llm.trainer.objective.Exercise;
import io.e2llm.trainer.objective.Exercise.Kind;
import io.e2llm.trainer.objective.Exercises;
import io.e2llm.trainer.objective.Instruction;
import io.e2llm.trainer.objective.Lengths;
import io.e2llm.trainer.objective.Prompts;
import io.e2llm.trainer.objective.Understanding;
import io.e2llm.trainer.objective.Vocabularies;
import io.e2llm.trainer.run.Trainer;
import io.e2llm.trainer.run.TrainingPlan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;

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
    BundleSpec spec = spec();
    Prompts prompts = new Prompts(models.decoder());
    List<Document> written = read(config.texts());
    List<Document> answered = read(config.questions());
    List<ChunkedText> texts = written.stream().map(document -> chunked(document, spec)).toList();
    Exercises exercises = exercises(texts, asked(answered, spec), prompts);
    List<Instruction.Asked> asked = asked(read(config.evaluate()), spec);
    Exercises other =
        exercises(asked.stream().map(Instruction.Asked::text).toList(), asked, prompts);
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

  private BundleSpec spec() {
    ModelFiles decoder = models.decoder();
    int hidden = decoder.config().path("hidden_size").asInt();
    int last = models.encoder().config().path("num_hidden_layers").asInt();
    List<Integer> layers =
        config.soft().layers().isEmpty() ? List.of(0, last) : config.soft().layers();
    PoolingSpec.Window window =
        new PoolingSpec.Window(PoolingSpec.Unit.TOKENS, PoolingSpec.Combine.HALVES);
    Optional<LoraSpec> lora =
        config.lora().rank() == 0
            ? Optional.empty()
            : Optional.of(
                new LoraSpec(config.lora().rank(), config.lora().alpha(), config.lora().targets()));
    return new BundleSpec(
        true,
        AdapterBundles.encoderSide(models.encoder(), layers),
        new BundleSpec.DecoderSide(decoder.name(), decoder.digest(), hidden),
        new BundleSpec.Chunking(config.soft().chunkTokens(), Chunker.VERSION),
        PoolingSpec.plain(window, 2 * hidden)
            .of(new TokenProjection(hidden, config.soft().tokenInnerWidth())),
        config.soft().ratios(),
        new AdapterSpec(config.soft().adapterInnerWidth(), true),
        new BundleLora(Optional.empty(), lora));
  }

  private TrainingPlan plan(BundleSpec spec, String data) {
    TrainConfig.Steps steps = config.steps();
    return new TrainingPlan(
        spec,
        data,
        Map.of(
            Kind.REWRITING, config.mix().rewriting(),
            Kind.RECALL, config.mix().recall(),
            Kind.CONTINUATION, config.mix().continuation(),
            Kind.QUESTIONS, config.mix().questions(),
            Kind.HYBRID, config.mix().hybrid(),
            Kind.READING, config.mix().reading()),
        steps.count(),
        steps.rows(),
        steps.warmUp(),
        new TrainingPlan.Rates(steps.poolingRate(), steps.rate(), steps.rate()),
        steps.decay(),
        steps.clip(),
        steps.evaluateEvery(),
        steps.seed(),
        steps.recompute(),
        steps.precision());
  }

  private Exercises exercises(
      List<ChunkedText> texts, List<Instruction.Asked> asked, Prompts prompts) {
    TrainConfig.ContextLengths lengths = config.lengths();
    Understanding understanding =
        new Understanding(
            texts,
            prompts,
            new Understanding.Settings(
                new Lengths(LEAST_REWRITING, lengths.rewriting(), lengths.rewritingAtLast()),
                new Lengths(LEAST_RECALL, lengths.recall(), lengths.recallAtLast())));
    Instruction.Settings settings =
        new Instruction.Settings(
            lengths.chunks(), lengths.distractors(), MOST_QUESTIONS, MOST_ANSWER_WORDS);
    return new Exercises(
        understanding,
        asked.isEmpty()
            ? Optional.empty()
            : Optional.of(new Instruction(asked, prompts, settings)));
  }

  /** Some of each kind, the same in every run. */
  private List<Exercise> evaluated(Exercises exercises) {
    SplittableRandom random = new SplittableRandom(config.steps().seed());
    List<Exercise> drawn = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      if (kind == Kind.CONTINUATION) {
        continue;
      }
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
    written.forEach(document -> sha256.field(document.context()));
    answered.forEach(document -> sha256.field(document.toString()));
    return sha256.toHex();
  }

  private List<Instruction.Asked> asked(List<Document> documents, BundleSpec spec) {
    return documents.stream()
        .filter(document -> !document.questions().isEmpty())
        .map(document -> new Instruction.Asked(chunked(document, spec), document.questions()))
        .toList();
  }

  private ChunkedText chunked(Document document, BundleSpec spec) {
    Tokenizer tokenizer = models.encoder().tokenizer();
    int specials = tokenizer.prefixIds().length + tokenizer.suffixIds().length;
    return ChunkedText.of(document.context(), tokenizer, spec.chunking().chunkTokens() - specials);
  }
}
