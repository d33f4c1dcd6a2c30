package io.e2llm.engine.decoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.e2llm.engine.TinyModels;
import io.e2llm.engine.encoder.SoftPrompt;
import io.e2llm.engine.files.ModelFiles;
import io.e2llm.engine.lora.LoraSpec;
import io.e2llm.engine.lora.LoraTensors;
import io.e2llm.engine.torch.Autograd;
import io.e2llm.engine.torch.Precision;
import io.e2llm.engine.torch.TorchTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The decoder that autograd can differentiate, on a tiny seeded model. */
class GraphDecoderTest extends TinyDecoderFixture {
  private static final LoraSpec LORA = new LoraSpec(3, 6, GraphDecoder.TARGETS);
  private static final int SOFT_ROWS = 3;

  private final List<TorchTensor> open = new ArrayList<>();
  private final Map<String, FloatBuffer> values = new HashMap<>();
  private final Map<String, TorchTensor> lora = new HashMap<>();
  private final Random random = new Random(8);

  @SuppressWarnings("NullAway.Init") // load() does it
  private GraphDecoder decoder;

  @SuppressWarnings("NullAway.Init") // load() does it
  private TorchTensor soft;

  @SuppressWarnings("NullAway.Init") // load() does it
  GraphDecoderTest() {}

  @BeforeEach
  void load() {
    try (ModelFiles files = ModelFiles.open(folder)) {
      decoder = GraphDecoder.load(files, Optional.of(LORA), Precision.FP32);
    }
    soft = parameter("soft", List.of((long) SOFT_ROWS, (long) TinyModels.HIDDEN));
    fill("soft", 0.5);
  }

  @AfterEach
  void closeTensors() {
    open.forEach(TorchTensor::close);
    decoder.close();
  }

  private TorchTensor parameter(String name, List<Long> shape) {
    int elements = Math.toIntExact(shape.stream().reduce(1L, Math::multiplyExact));
    ByteBuffer bytes =
        ByteBuffer.allocateDirect(elements * Float.BYTES).order(ByteOrder.nativeOrder());
    values.put(name, bytes.asFloatBuffer());
    return own(TorchTensor.parameter(bytes, shape.stream().mapToLong(Long::longValue).toArray()));
  }

  private void fill(String name, double scale) {
    FloatBuffer own = valuesOf(name).duplicate();
    while (own.hasRemaining()) {
      own.put((float) (scale * random.nextGaussian()));
    }
  }

  private FloatBuffer valuesOf(String name) {
    return Objects.requireNonNull(values.get(name));
  }

  private TorchTensor own(TorchTensor tensor) {
    open.add(tensor);
    return tensor;
  }

  private void withLora(double scale) {
    decoder
        .loraShapes(LORA)
        .forEach(
            (name, shape) -> {
              lora.put(name, parameter(name, shape));
              fill(name, scale);
            });
  }

  private TorchTensor layers(int[] ids, int[] positions, int[] segments) {
    GraphDecoder.View view =
        decoder.view(own(TorchTensor.vector(positions)), own(TorchTensor.vector(segments)));
    List.of(view.cos(), view.sin(), view.mask()).forEach(this::own);
    TorchTensor softRows = own(TorchTensor.vector(2, 3, 4));
    TorchTensor x = own(decoder.embed(own(TorchTensor.vector(ids)), soft, softRows));
    try (LoraTensors tensors = decoder.lora(lora)) {
      for (int layer = 0; layer < decoder.layers(); layer++) {
        x = own(decoder.layer(x, layer, view, tensors.of(layer)));
      }
    }
    return x;
  }

  private float[] logits(TorchTensor x, int... wanted) {
    try (TorchTensor rows = TorchTensor.vector(wanted);
        TorchTensor logits = decoder.logits(x, rows)) {
      return logits.toFloats();
    }
  }

  private static int[] range(int size) {
    return IntStream.range(0, size).toArray();
  }

  private StepInput served(int sequence, int... behind) {
    float[] rows = new float[SOFT_ROWS * TinyModels.HIDDEN];
    valuesOf("soft").get(0, rows);
    return new StepInput(
        sequence,
        List.of(
            new StepInput.Ids(new int[] {11, 12}),
            new StepInput.Soft(new SoftPrompt(SOFT_ROWS, TinyModels.HIDDEN, rows)),
            new StepInput.Ids(behind)),
        true);
  }

  @Test
  void idsAndSoftTokens_giveTheLogitsThatAreServed() {
    float[] wanted = Reading.logits(model, served(model.open(), 21, 22));
    TorchTensor x = layers(new int[] {11, 12, 0, 0, 0, 21, 22}, range(7), new int[7]);
    assertArrayEquals(wanted, logits(x, 6), 1e-4f);
  }

  @Test
  void segments_seeTheContextAndNotEachOther() {
    float[] first = Reading.logits(model, served(model.open(), 21, 22));
    float[] second = Reading.logits(model, served(model.open(), 31, 32));
    int[] ids = {11, 12, 0, 0, 0, 21, 22, 31, 32};
    int[] positions = {0, 1, 2, 3, 4, 5, 6, 5, 6};
    int[] segments = {0, 0, 0, 0, 0, 1, 1, 2, 2};
    TorchTensor x = layers(ids, positions, segments);
    assertArrayEquals(first, logits(x, 6), 1e-4f);
    assertArrayEquals(second, logits(x, 8), 1e-4f);
  }

  @Test
  void loss_isTheCrossEntropyOfTheLogits() {
    TorchTensor x = layers(new int[] {11, 12, 0, 0, 0, 21, 22}, range(7), new int[7]);
    float[] row = logits(x, 6);
    double sum = 0;
    for (float each : row) {
      sum += Math.exp(each);
    }
    double wanted = Math.log(sum) - row[40];
    List<TorchTensor> loss = loss(x, 2);
    assertEquals(wanted, loss.get(1).toFloats()[1], 1e-4);
    assertEquals(
        2 * (loss.get(1).toFloats()[0] + loss.get(1).toFloats()[1]),
        loss.get(0).toFloats()[0],
        1e-4);
  }

  private List<TorchTensor> loss(TorchTensor x, float weight) {
    List<TorchTensor> loss =
        decoder.loss(
            x,
            own(TorchTensor.vector(5, 6)),
            own(TorchTensor.vector(22, 40)),
            own(TorchTensor.of(new float[] {weight, weight}, 2)));
    loss.forEach(this::own);
    return loss;
  }

  private double lossNow() {
    TorchTensor x = layers(new int[] {11, 12, 0, 0, 0, 21, 22}, range(7), new int[7]);
    return loss(x, 1).getFirst().toFloats()[0];
  }

  @Test
  void gradients_equalFiniteDifferences() {
    withLora(0.3);
    TorchTensor x = layers(new int[] {11, 12, 0, 0, 0, 21, 22}, range(7), new int[7]);
    Autograd.backward(loss(x, 1).getFirst());
    check("soft", soft);
    for (String name : List.copyOf(lora.keySet())) {
      check(name, Objects.requireNonNull(lora.get(name)));
    }
  }

  @Test
  void bf16_hasNearlyTheSameLossAndGradient() {
    int[] ids = {11, 12, 0, 0, 0, 21, 22};
    List<TorchTensor> exact = loss(layers(ids, range(7), new int[7]), 1);
    Autograd.backward(exact.getFirst());
    float[] wanted = gradientOfSoft();
    decoder.close();
    try (ModelFiles files = ModelFiles.open(folder)) {
      decoder = GraphDecoder.load(files, Optional.of(LORA), Precision.BF16);
    }
    List<TorchTensor> rough = loss(layers(ids, range(7), new int[7]), 1);
    assertEquals(exact.getFirst().toFloats()[0], rough.getFirst().toFloats()[0], 0.1);
    Autograd.backward(rough.getFirst());
    float[] sum = gradientOfSoft();
    double product = 0;
    double ours = 0;
    double theirs = 0;
    for (int i = 0; i < sum.length; i++) {
      float own = sum[i] - wanted[i]; // gradients add up
      product += own * wanted[i];
      ours += own * own;
      theirs += wanted[i] * wanted[i];
    }
    assertTrue(product / Math.sqrt(ours * theirs) > 0.99);
  }

  private float[] gradientOfSoft() {
    try (TorchTensor gradient = soft.gradient()) {
      return gradient.toFloats();
    }
  }

  /** Along the gradient itself, where the change is largest and rounding least. */
  private void check(String name, TorchTensor parameter) {
    float[] gradient;
    try (TorchTensor tensor = parameter.gradient()) {
      gradient = tensor.toFloats();
    }
    double square = 0;
    for (float each : gradient) {
      square += each * each;
    }
    assertTrue(square > 0, name);
    double step = 2e-2 / Math.sqrt(square);
    double change = (moved(name, gradient, step) - moved(name, gradient, -step)) / (2 * step);
    assertEquals(1, change / square, 0.02, name);
  }

  private double moved(String name, float[] along, double step) {
    FloatBuffer own = valuesOf(name);
    float[] before = new float[along.length];
    own.get(0, before);
    for (int i = 0; i < along.length; i++) {
      own.put(i, (float) (before[i] + step * along[i]));
    }
    double loss = lossNow();
    own.put(0, before);
    return loss;
  }

  @Test
  void distilledLoss_isTheDivergenceFromTheTeacherAndTheLikelihood() {
    TorchTensor x = layers(new int[] {11, 12, 0, 0, 0, 21, 22}, range(7), new int[7]);
    TorchTensor other = layers(new int[] {13, 12, 0, 0, 0, 21, 22}, range(7), new int[7]);
    TorchTensor wanted = own(TorchTensor.vector(5, 6));
    TorchTensor teacher = own(decoder.distribution(other, wanted));
    TorchTensor answers = own(TorchTensor.vector(31, 32));
    TorchTensor weights = own(TorchTensor.of(new float[] {1, 3}, 2));
    TorchTensor share = own(TorchTensor.of(new float[] {0.25f}, 1));
    List<TorchTensor> loss = decoder.distilled(x, wanted, answers, weights, teacher, share);
    loss.forEach(this::own);
    float[] theirs = teacher.toFloats();
    float[] ours = own(decoder.distribution(x, wanted)).toFloats();
    int vocabulary = ours.length / 2;
    double sum = 0;
    for (int row = 0; row < 2; row++) {
      double divergence = 0;
      for (int i = row * vocabulary; i < (row + 1) * vocabulary; i++) {
        divergence += Math.exp(theirs[i]) * (theirs[i] - ours[i]);
      }
      double nats = -ours[row * vocabulary + 31 + row];
      assertEquals(nats, loss.get(1).toFloats()[row], 1e-4);
      assertTrue(divergence > 0);
      sum += (row == 0 ? 1 : 3) * (0.75 * nats + 0.25 * divergence);
    }
    assertEquals(sum, loss.get(0).toFloats()[0], 1e-3);
  }
}
