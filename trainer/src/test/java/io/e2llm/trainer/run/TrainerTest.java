package io.e2llm.trainer.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.e2llm.engine.bundle.AdapterBundle;
import io.e2llm.engine.decoder.DecoderModel;
import io.e2llm.engine.decoder.Decoders;
import io.e2llm.engine.decoder.Logits;
import io.e2llm.engine.decoder.StepInput;
import io.e2llm.engine.encoder.ChunkRole;
import io.e2llm.engine.encoder.Encoders;
import io.e2llm.engine.encoder.PreparedChunk;
import io.e2llm.engine.encoder.SoftPrompt;
import io.e2llm.engine.encoder.TextEncoder;
import io.e2llm.engine.files.ModelFiles;
import io.e2llm.engine.torch.CoreBudget;
import io.e2llm.engine.torch.NativeObjects;
import io.e2llm.engine.torch.TorchOptions;
import io.e2llm.trainer.TrainingException;
import io.e2llm.trainer.objective.Exercise;
import io.e2llm.trainer.run.TrainingListener.Evaluation;
import io.e2llm.trainer.run.TrainingListener.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrainerTest {
  private final long nativeObjectsBefore = NativeObjects.live();

  @SuppressWarnings("NullAway.Init") // the extension sets it
  @TempDir
  private Path folder;

  @SuppressWarnings("NullAway.Init") // open() does it
  private TinyTraining tiny;

  @SuppressWarnings("NullAway.Init") // open() does it
  TrainerTest() {}

  @BeforeEach
  void open() {
    tiny = new TinyTraining(folder.resolve("models"));
  }

  @AfterEach
  void close() {
    tiny.close();
    assertEquals(nativeObjectsBefore, NativeObjects.live());
  }

  /** Keeps all it is told. */
  private static final class Told implements TrainingListener {
    final List<Step> steps = new ArrayList<>();
    final List<Evaluation> evaluations = new ArrayList<>();

    @Override
    public void stepped(Step step) {
      steps.add(step);
    }

    @Override
    public void evaluated(Evaluation evaluation) {
      evaluations.add(evaluation);
    }

    double loss(int from, int to) {
      return steps.subList(from, to).stream()
          .flatMap(step -> step.nats().values().stream())
          .mapToDouble(Double::doubleValue)
          .average()
          .orElseThrow();
    }
  }

  private Told run(TrainingPlan plan, String name) {
    Told told = new Told();
    try (Trainer trainer = tiny.trainer(plan, folder.resolve(name))) {
      trainer.run(told, () -> false);
    }
    return told;
  }

  @Test
  void twoHundredSteps_lowerTheLoss() {
    Told told = run(TinyTraining.plan(tiny.spec(), 200, false), "run");
    double first = told.loss(0, 5);
    double last = told.loss(190, 200);
    assertTrue(first > 5, () -> "began at " + first);
    assertTrue(last < 3, () -> "ended at " + last);
    AdapterBundle bundle = AdapterBundle.open(folder.resolve("run/best"));
    assertTrue(bundle.spec().trained());
    bundle.checkEncoder(tiny.encoder);
    bundle.checkDecoder(tiny.decoder);
  }

  @Test
  void stoppedAndResumed_givesTheNumbersOfARunWithoutAStop() throws IOException {
    TrainingPlan plan = TinyTraining.plan(tiny.spec(), 12, false);
    Told whole = run(plan, "whole");
    Told first = new Told();
    try (Trainer trainer = tiny.trainer(plan, folder.resolve("parts"))) {
      trainer.run(first, () -> first.steps.size() == 7);
    }
    assertEquals(7, first.steps.size());
    Told second = run(plan, "parts");
    assertEquals(whole.steps, joined(first.steps, second.steps));
    assertEquals(whole.evaluations, joined(first.evaluations, second.evaluations));
    assertArrayEquals(tensors("whole/last"), tensors("parts/last"));
  }

  private static <T> List<T> joined(List<T> first, List<T> second) {
    List<T> all = new ArrayList<>(first);
    all.addAll(second);
    return all;
  }

  private byte[] tensors(String bundle) throws IOException {
    return Files.readAllBytes(folder.resolve(bundle).resolve(AdapterBundle.TENSORS));
  }

  @Test
  void recomputedLayers_giveTheSameNumbers() {
    Told kept = run(TinyTraining.plan(tiny.spec(), 6, false), "kept");
    Told recomputed = run(TinyTraining.plan(tiny.spec(), 6, true), "recomputed");
    for (int i = 0; i < kept.steps.size(); i++) {
      assertEquals(kept.steps.get(i).norm(), recomputed.steps.get(i).norm(), 1e-4);
      assertEquals(kept.loss(i, i + 1), recomputed.loss(i, i + 1), 1e-4);
    }
  }

  @Test
  void distilledRun_lowersTheLoss() {
    Told told = run(TinyTraining.plan(tiny.spec(), 60, true, 0.5), "run");
    double first = told.loss(0, 5);
    double last = told.loss(50, 60);
    assertTrue(last < first - 1, () -> "from " + first + " to " + last);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void partThatNoExerciseReaches_staysAsItIs(boolean recompute) {
    Map<Exercise.Kind, Double> reading = Map.of(Exercise.Kind.READING, 1.0);
    TrainingPlan plan = TinyTraining.plan(tiny.spec(), 6, recompute, 0, reading);
    Told told = new Told();
    try (Trainer trainer = tiny.trainer(plan, folder.resolve("run"))) {
      float before = trainer.parameters().get("adapter.linear1.weight").values().get(0);
      float lora =
          trainer.parameters().of("lora.decoder.").get(1).values().get(0); // b, zero at first
      trainer.run(told, () -> false);
      float after = trainer.parameters().get("adapter.linear1.weight").values().get(0);
      assertEquals(before, after, 1e-3f); // but for its decay
      assertNotEquals(lora, trainer.parameters().of("lora.decoder.").get(1).values().get(0));
    }
    assertEquals(6, told.steps.size());
  }

  @Test
  void ratios_areDrawnAsOftenAsTheirSharesSay() {
    TrainingPlan plan = TinyTraining.plan(tiny.spec(List.of(2, 4, 8)), 1, false);
    try (Trainer trainer = tiny.trainer(plan, folder.resolve("run"))) {
      int[] drawn = new int[9];
      for (int step = 1; step <= 1000; step++) {
        trainer.samples().of(step).forEach(each -> drawn[each.sample().ratio()]++);
      }
      assertEquals(2, (double) drawn[2] / drawn[4], 0.5);
      assertEquals(2, (double) drawn[4] / drawn[8], 0.5);
    }
  }

  @Test
  void anotherPlansCheckpoint_isRefused() {
    run(TinyTraining.plan(tiny.spec(), 2, false), "run");
    TrainingException refused =
        assertThrows(
            TrainingException.class, () -> run(TinyTraining.plan(tiny.spec(), 3, false), "run"));
    assertTrue(String.valueOf(refused.getMessage()).contains("another plan"));
  }

  @Test
  void lossThatIsNoNumber_endsTheRunAndKeepsTheCheckpoint() {
    TrainingPlan plan = TinyTraining.plan(tiny.spec(), 12, false);
    Told told = new Told();
    try (Trainer trainer = tiny.trainer(plan, folder.resolve("run"))) {
      TrainingException ended =
          assertThrows(
              TrainingException.class,
              () ->
                  trainer.run(
                      told,
                      () -> {
                        if (told.steps.size() == 6) {
                          trainer
                              .parameters()
                              .get("adapter.linear1.bias")
                              .values()
                              .put(0, Float.NaN);
                        }
                        return false;
                      }));
      assertTrue(String.valueOf(ended.getMessage()).startsWith("step 7:"), ended::getMessage);
    }
    Told second = run(plan, "run");
    assertEquals(5, second.steps.getFirst().number());
    assertEquals(8, second.steps.size());
  }

  @Test
  void exhaustedMemory_isToldAndTheCheckpointKept() {
    TrainingPlan plan = TinyTraining.plan(tiny.spec(), 12, false);
    Told told = new Told();
    LongSupplier failing =
        () -> {
          if (told.steps.size() == 6) {
            throw new OutOfMemoryError("Java heap space");
          }
          return 0;
        };
    try (Trainer trainer = tiny.trainer(plan, folder.resolve("run"), failing)) {
      TrainingException ended =
          assertThrows(TrainingException.class, () -> trainer.run(told, () -> false));
      assertTrue(
          String.valueOf(ended.getMessage())
              .startsWith("step 7: out of memory (Java heap space); fewer rows"),
          ended::getMessage);
    }
    assertEquals(5, run(plan, "run").steps.getFirst().number());
  }

  @Test
  void checkpointThatCannotBeWritten_isToldAndTheOneBeforeKept() throws IOException {
    TrainingPlan plan = TinyTraining.plan(tiny.spec(), 12, false);
    Path inTheWay = folder.resolve("run/state/8.safetensors.partial/file");
    Files.createDirectories(inTheWay);
    TrainingException ended = assertThrows(TrainingException.class, () -> run(plan, "run"));
    assertTrue(
        String.valueOf(ended.getMessage()).startsWith("the checkpoint of step 8 cannot be written"),
        ended::getMessage);
    Files.delete(inTheWay);
    Files.delete(inTheWay.getParent());
    assertEquals(5, run(plan, "run").steps.getFirst().number());
  }

  @Test
  void trainedBundle_isServedAsItWasTrained() {
    TrainingPlan plan = TinyTraining.plan(tiny.spec(), 20, false);
    Exercise exercise = tiny.exercises.draw(Exercise.Kind.REWRITING, new SplittableRandom(9), 0);
    float[] trained;
    try (Trainer trainer = tiny.trainer(plan, folder.resolve("run"))) {
      trainer.run(new Told(), () -> false);
      trained = trainer.measure(exercise);
    }
    Optional<AdapterBundle> bundle = Optional.of(AdapterBundle.open(folder.resolve("run/last")));
    TorchOptions options = TorchOptions.cpu(CoreBudget.ofMachine());
    try (TextEncoder encoder =
            Encoders.load(ModelFiles.open(folder.resolve("models/encoder")), bundle, options);
        DecoderModel decoder =
            Decoders.load(ModelFiles.open(folder.resolve("models/decoder")), bundle, options)) {
      List<StepInput.Piece> pieces = new ArrayList<>();
      pieces.add(new StepInput.Ids(tiny.prompts.head().values()));
      for (String chunk : exercise.chunks()) {
        PreparedChunk prepared = encoder.prepare(chunk, ChunkRole.PASSAGE);
        SoftPrompt soft =
            Objects.requireNonNull(
                encoder
                    .encode(List.of(new TextEncoder.EncodeInput(prepared, 2)))
                    .getFirst()
                    .softPrompt());
        pieces.add(new StepInput.Soft(decoder.adapt(soft)));
      }
      pieces.add(new StepInput.Ids(exercise.targets().getFirst().prompt().values()));
      Logits logits = decoder.step(List.of(new StepInput(decoder.open(), pieces, true)));
      float[] row = new float[logits.vocabulary()];
      logits.copyRow(0, row);
      int first = exercise.targets().getFirst().answer().values()[0];
      double sum = 0;
      for (float each : row) {
        sum += Math.exp(each);
      }
      assertEquals(trained[0], Math.log(sum) - row[first], 0.02);
    }
  }
}
