package io.e2llm.decoder.scheduling;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.e2llm.common.tensor.TensorCodec;
import io.e2llm.decoder.fake.ByteTokenizer;
import io.e2llm.decoder.fake.FakeModel;
import io.e2llm.decoder.sampling.SamplingSettings;
import io.e2llm.decoder.soft.SoftPromptBytes;
import io.e2llm.engine.decoder.StepInput;
import io.e2llm.tensor.v1.DataType;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** A scheduler turn by turn, on the test's own thread and clock, over a fake model. */
abstract class SchedulerFixture {
  static final long SECOND = 1_000_000_000L;

  FakeModel model = new FakeModel(4_000);
  long now = 5;
  Scheduler scheduler = scheduler(10_000, 8, 4);

  Scheduler scheduler(long kvTokens, int sequences, int queue) {
    SchedulerLimits limits =
        new SchedulerLimits(
            kvTokens,
            true,
            sequences,
            queue,
            512,
            128,
            4,
            Duration.ofSeconds(10),
            Duration.ofSeconds(20));
    return new Scheduler(model, limits, () -> now, SchedulerObserver.NONE);
  }

  static GenerationRequest request(String head, int maxTokens) {
    return request(head, maxTokens, new int[0], SamplingSettings.GREEDY);
  }

  static GenerationRequest request(
      String head, int maxTokens, int[] generated, SamplingSettings sampling) {
    return new GenerationRequest(
        "",
        ByteTokenizer.ids(head),
        sampling,
        maxTokens,
        List.of(),
        generated,
        true,
        GenerationRequest.NO_DEADLINE);
  }

  static SoftPromptBytes soft(int rows, int salt) {
    float[] values = new float[rows * FakeModel.POOLED];
    for (int i = 0; i < values.length; i++) {
      values[i] = salt + i;
    }
    return SoftPromptBytes.of(
        TensorCodec.encode(values, rows, DataType.DATA_TYPE_F32), FakeModel.POOLED, rows);
  }

  void assertNothingIsLeft() {
    scheduler.forgetUnused();
    assertEquals(0, model.open);
  }

  Recorder run(GenerationRequest request, String tail) {
    return run(request, ByteTokenizer.ids(tail));
  }

  Recorder run(GenerationRequest request, int... tail) {
    Recorder recorder = new Recorder();
    Generation generation = scheduler.begin(request, recorder);
    scheduler.close(generation, tail);
    finish(recorder);
    return recorder;
  }

  void finish(Recorder... recorders) {
    for (int turn = 0; turn < 5_000; turn++) {
      if (Arrays.stream(recorders).allMatch(Recorder::over)) {
        return;
      }
      scheduler.turn();
    }
    throw new AssertionError("not over after 5,000 turns");
  }

  static int tokens(List<StepInput> step) {
    return step.stream().mapToInt(StepInput::tokens).sum();
  }
}
