package io.e2llm.trainer.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.e2llm.engine.TinyModels;
import io.e2llm.engine.bundle.BundleSpec;
import io.e2llm.engine.bundle.BundleTensors;
import io.e2llm.engine.bundle.PoolingSpec;
import io.e2llm.engine.bundle.PoolingSpec.Cls;
import io.e2llm.engine.bundle.PoolingSpec.Combine;
import io.e2llm.engine.bundle.PoolingSpec.Mean;
import io.e2llm.engine.bundle.PoolingSpec.Pma;
import io.e2llm.engine.bundle.PoolingSpec.Scope;
import io.e2llm.engine.bundle.PoolingSpec.TokenProjection;
import io.e2llm.engine.bundle.PoolingSpec.Unit;
import io.e2llm.engine.bundle.PoolingSpec.Window;
import io.e2llm.engine.decoder.GraphAdapter;
import io.e2llm.engine.decoder.GraphDecoder;
import io.e2llm.engine.encoder.GraphEncoder;
import io.e2llm.engine.encoder.GraphSoftPrompts;
import io.e2llm.engine.encoder.PreparedChunk;
import io.e2llm.engine.lora.LoraTensors;
import io.e2llm.engine.torch.CoreBudget;
import io.e2llm.engine.torch.NativeObjects;
import io.e2llm.engine.torch.Precision;
import io.e2llm.engine.torch.TorchTensor;
import io.e2llm.trainer.graph.Parameter;
import io.e2llm.trainer.graph.Parameters;
import io.e2llm.trainer.graph.Sample;
import io.e2llm.trainer.graph.TrainingGraph;
import io.e2llm.trainer.objective.Exercise;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What autograd says of each trainable part against finite differences. */
class GradientsTest {
  private static final int HIDDEN = TinyModels.HIDDEN;
  private static final double DISTILLED = 0.5;
  private static final int STATES = 2 * HIDDEN;

  private final long nativeObjectsBefore = NativeObjects.live();

  @SuppressWarnings("NullAway.Init") // the extension sets it
  @TempDir
  private Path folder;

  @SuppressWarnings("NullAway.Init") // the extension sets the folder
  GradientsTest() {}

  static Stream<Arguments> poolings() {
    Window halves = new Window(Unit.TOKENS, Combine.HALVES);
    Window words = new Window(Unit.WORDS, Combine.MEAN);
    Window concat = new Window(Unit.TOKENS, Combine.CONCAT);
    return Stream.of(
        Arguments.of(PoolingSpec.plain(halves, 2 * HIDDEN).of(new TokenProjection(HIDDEN, 24)), 4),
        Arguments.of(PoolingSpec.plain(words, 24).of(new TokenProjection(24, 0)), 2),
        Arguments.of(PoolingSpec.plain(concat, 0).projectedTo(40), 3),
        Arguments.of(PoolingSpec.plain(new Pma(Scope.CHUNK, 16, 4, 16), 16), 4),
        Arguments.of(PoolingSpec.plain(new Pma(Scope.WINDOW, 16, 4, 1), 16).projectedTo(20), 4),
        Arguments.of(PoolingSpec.plain(new Mean(), STATES).projectedTo(12), 64),
        Arguments.of(PoolingSpec.plain(new Cls(), STATES), 64));
  }

  @ParameterizedTest
  @MethodSource("poolings")
  void gradients_equalFiniteDifferences(PoolingSpec pooling, int ratio) {
    try (TinyTraining tiny = new TinyTraining(folder)) {
      check(tiny, tiny.spec(pooling, List.of(ratio)));
    }
    assertEquals(nativeObjectsBefore, NativeObjects.live());
  }

  private static void check(TinyTraining tiny, BundleSpec spec) {
    Map<String, List<Long>> shapes = new LinkedHashMap<>(BundleTensors.ofPooling(spec));
    shapes.putAll(BundleTensors.ofAdapter(spec));
    try (GraphDecoder decoder =
        GraphDecoder.load(tiny.decoder, spec.lora().decoder(), Precision.FP32)) {
      shapes.putAll(decoder.loraShapes(spec.lora().decoder().orElseThrow()));
      shapes.putAll(GraphEncoder.loraShapes(tiny.encoder, spec.lora().encoder().orElseThrow()));
      try (Parameters parameters = new Parameters(shapes, new SplittableRandom(4));
          GraphSoftPrompts softPrompts =
              GraphSoftPrompts.load(
                  tiny.encoder, spec, parameters.tensors(""), CoreBudget.ofMachine());
          GraphAdapter adapter = new GraphAdapter(parameters.tensors("adapter."));
          LoraTensors lora = decoder.lora(parameters.tensors("lora."))) {
        stir(parameters);
        TrainingGraph graph = new TrainingGraph(softPrompts, adapter, decoder, lora, false);
        Sample sample = sample(tiny, softPrompts, spec.ratios().getFirst());
        float[] nats = graph.learn(sample);
        graph.learn(sample, sample, DISTILLED); // the distance to oneself has no gradient
        assertEquals(nats.length, graph.measure(sample).length);
        for (String part : List.of("pooling.", "adapter.", "lora.decoder.", "lora.encoder.")) {
          List<Parameter> own = parameters.of(part);
          if (!own.isEmpty()) {
            check(part, own, graph, sample);
          }
        }
      }
    }
  }

  /** LoRA and biases begin at zero, where some gradients vanish. */
  private static void stir(Parameters parameters) {
    SplittableRandom random = new SplittableRandom(6);
    for (Parameter parameter : parameters.all()) {
      FloatBuffer values = parameter.values();
      for (int i = 0; i < values.capacity(); i++) {
        values.put(i, (float) (values.get(i) + 0.1 * random.nextGaussian()));
      }
    }
  }

  private static Sample sample(TinyTraining tiny, GraphSoftPrompts softPrompts, int ratio) {
    Exercise exercise = tiny.exercises.draw(Exercise.Kind.RECALL, new SplittableRandom(2), 0);
    List<PreparedChunk> chunks = exercise.chunks().stream().map(softPrompts::prepare).toList();
    return new Sample(chunks, ratio, tiny.prompts.head(), exercise.targets().subList(0, 2));
  }

  /** Along a part's gradient, where the change is largest and rounding least. */
  private static void check(
      String part, List<Parameter> parameters, TrainingGraph graph, Sample sample) {
    List<float[]> gradients =
        parameters.stream()
            .map(
                parameter -> {
                  try (TorchTensor gradient = parameter.tensor().gradient()) {
                    return gradient.toFloats();
                  }
                })
            .toList();
    double square = 0;
    for (float[] gradient : gradients) {
      for (float each : gradient) {
        square += each * each;
      }
    }
    assertTrue(square > 0, part);
    double step = 1e-2 / Math.sqrt(square);
    double up = moved(parameters, gradients, step, graph, sample);
    double down = moved(parameters, gradients, -step, graph, sample);
    assertEquals(1 / (2 - DISTILLED), (up - down) / (2 * step) / square, 0.02, part);
  }

  private static double moved(
      List<Parameter> parameters,
      List<float[]> along,
      double step,
      TrainingGraph graph,
      Sample sample) {
    for (int p = 0; p < along.size(); p++) {
      FloatBuffer values = parameters.get(p).values();
      for (int i = 0; i < along.get(p).length; i++) {
        values.put(i, (float) (values.get(i) + step * along.get(p)[i]));
      }
    }
    double loss = weighed(graph.measure(sample), sample);
    for (int p = 0; p < along.size(); p++) {
      FloatBuffer values = parameters.get(p).values();
      for (int i = 0; i < along.get(p).length; i++) {
        values.put(i, (float) (values.get(i) - step * along.get(p)[i]));
      }
    }
    return loss;
  }

  private static double weighed(float[] nats, Sample sample) {
    double sum = 0;
    int at = 0;
    for (Sample.Target target : sample.targets()) {
      for (int i = 0; i < target.answer().size(); i++) {
        sum += target.weight() * nats[at++];
      }
    }
    return sum;
  }
}
