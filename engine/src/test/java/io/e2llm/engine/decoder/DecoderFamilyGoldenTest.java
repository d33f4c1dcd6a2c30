package io.e2llm.engine.decoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.e2llm.engine.Reference;
import io.e2llm.engine.files.ModelFiles;
import io.e2llm.engine.torch.CoreBudget;
import io.e2llm.engine.torch.Operators;
import io.e2llm.engine.torch.TorchOptions;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tiny random decoders of every family against what transformers makes of them; see {@code
 * src/test/python/make_decoder_goldens.py}. With the CPU's operators, and with those that any
 * device has.
 */
class DecoderFamilyGoldenTest {
  private static final String FOLDER = "/goldens/decoders/";
  private static final float TOLERANCE = 1e-3f;

  static Stream<Arguments> modelsAndOperators() {
    return Stream.of(
            "llama",
            "llama-untied-wide-heads",
            "llama-linear-rope",
            "llama-llama3-rope",
            "qwen2",
            "mistral")
        .flatMap(name -> Stream.of(Arguments.of(name, true), Arguments.of(name, false)));
  }

  @ParameterizedTest(name = "{0}, CPU operators: {1}")
  @MethodSource("modelsAndOperators")
  void step_prompt_givesTheGoldenLogits(String name, boolean cpu) throws URISyntaxException {
    JsonNode golden = Reference.read(FOLDER + name + "/golden.json");
    int[] prompt = Reference.ints(golden.path("prompt"));
    try (DecoderModel model = load(name, cpu)) {
      float[] whole = Reading.logits(model, Reading.ids(model.open(), prompt));
      assertArrayEquals(floats(golden.path("logits")), whole, TOLERANCE);
      int sequence = model.open();
      float[] inBlocks = {};
      for (int begin = 0; begin < prompt.length; begin += 7) {
        int end = Math.min(begin + 7, prompt.length);
        inBlocks =
            Reading.logits(model, Reading.ids(sequence, Arrays.copyOfRange(prompt, begin, end)));
      }
      assertArrayEquals(floats(golden.path("logits")), inBlocks, TOLERANCE);
    }
  }

  /** Sequences that decode together differ in length, so that one call over all has to pad. */
  @ParameterizedTest(name = "{0}, CPU operators: {1}")
  @MethodSource("modelsAndOperators")
  void step_besideOthersThatDecode_givesTheGoldenLogits(String name, boolean cpu)
      throws URISyntaxException {
    JsonNode golden = Reference.read(FOLDER + name + "/golden.json");
    int[] prompt = Reference.ints(golden.path("prompt"));
    int last = prompt.length - 1;
    try (DecoderModel model = load(name, cpu)) {
      List<StepInput> inputs = new ArrayList<>();
      for (int length : new int[] {3, last, 1, last / 2}) {
        int sequence = model.open();
        Reading.logits(model, Reading.ids(sequence, Arrays.copyOf(prompt, length)));
        inputs.add(Reading.ids(sequence, prompt[length]));
      }
      float[] row = new float[model.description().vocabulary()];
      model.step(inputs).copyRow(1, row);
      assertArrayEquals(floats(golden.path("logits")), row, TOLERANCE);
    }
  }

  @ParameterizedTest(name = "{0}, CPU operators: {1}")
  @MethodSource("modelsAndOperators")
  void step_greedy_givesTheGoldenIds(String name, boolean cpu) throws URISyntaxException {
    JsonNode golden = Reference.read(FOLDER + name + "/golden.json");
    try (DecoderModel model = load(name, cpu)) {
      int sequence = model.open();
      int[] input = Reference.ints(golden.path("prompt"));
      List<Integer> ids = new ArrayList<>();
      for (int i = 0; i < golden.path("greedy_ids").size(); i++) {
        input = new int[] {Reading.best(Reading.logits(model, Reading.ids(sequence, input)))};
        ids.add(input[0]);
      }
      assertEquals(Arrays.stream(Reference.ints(golden.path("greedy_ids"))).boxed().toList(), ids);
    }
  }

  private static DecoderModel load(String name, boolean cpu) throws URISyntaxException {
    URI folder =
        Objects.requireNonNull(DecoderFamilyGoldenTest.class.getResource(FOLDER + name)).toURI();
    TorchOptions options = TorchOptions.cpu(CoreBudget.ofMachine());
    return Decoders.load(
        ModelFiles.open(Path.of(folder)),
        Optional.empty(),
        options,
        cpu ? Operators.of(options) : Operators.portable(options));
  }

  private static float[] floats(JsonNode list) {
    float[] values = new float[list.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) list.get(i).asDouble();
    }
    return values;
  }
}
