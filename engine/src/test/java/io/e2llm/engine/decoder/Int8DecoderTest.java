package io.e2llm.engine.decoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.e2llm.engine.Reference;
import io.e2llm.engine.TestModels;
import io.e2llm.engine.encoder.SoftPrompt;
import io.e2llm.engine.files.ModelFiles;
import io.e2llm.engine.torch.CoreBudget;
import io.e2llm.engine.torch.Int8Kernels;
import io.e2llm.engine.torch.KvPrecision;
import io.e2llm.engine.torch.NativeObjects;
import io.e2llm.engine.torch.Precision;
import io.e2llm.engine.torch.TorchDevice;
import io.e2llm.engine.torch.TorchOptions;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Int8DecoderTest {
  private static final String FOLDER = "/goldens/decoders/";

  @BeforeEach
  void skipWithoutKernels() {
    assumeTrue(Int8Kernels.present(), "this libtorch has no 8-bit kernels for this CPU");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "llama",
        "llama-untied-wide-heads",
        "llama-linear-rope",
        "llama-llama3-rope",
        "qwen2",
        "mistral"
      })
  void step_everyFamily_isCloseToItsGoldenLogits(String name) throws URISyntaxException {
    JsonNode golden = Reference.read(FOLDER + name + "/golden.json");
    int[] prompt = Reference.ints(golden.path("prompt"));
    float[] wanted = new float[golden.path("logits").size()];
    for (int i = 0; i < wanted.length; i++) {
      wanted[i] = (float) golden.path("logits").get(i).asDouble();
    }
    try (DecoderModel model = tiny(name)) {
      float[] logits = Reading.logits(model, Reading.ids(model.open(), prompt));
      assertTrue(cosine(wanted, logits) > 0.99, name + ": cosine " + cosine(wanted, logits));
    }
  }

  @Test
  void step_besideSevenOthers_givesTheSameTokensAndLogits() throws URISyntaxException {
    try (DecoderModel model = tiny("llama")) {
      int vocabulary = model.description().vocabulary();
      int[] prompt = IntStream.range(0, 20).map(i -> (i * 7 + 3) % vocabulary).toArray();
      List<float[]> alone = new ArrayList<>();
      int sequence = model.open();
      float[] logits = Reading.logits(model, Reading.ids(sequence, prompt));
      for (int i = 0; i < 100; i++) {
        alone.add(logits);
        logits = Reading.logits(model, Reading.ids(sequence, Reading.best(logits)));
      }
      model.release(sequence);

      sequence = model.open();
      List<Integer> others = IntStream.range(0, 7).mapToObj(i -> model.open()).toList();
      int[] input = prompt;
      for (int i = 0; i < alone.size(); i++) {
        List<StepInput> inputs = new ArrayList<>();
        inputs.add(Reading.ids(sequence, input));
        for (int other : others) {
          int first = other + i;
          int tokens = i % 31 == other ? 40 : 1;
          inputs.add(
              Reading.ids(
                  other, IntStream.range(0, tokens).map(t -> (first + t) % vocabulary).toArray()));
        }
        float[] row = new float[vocabulary];
        model.step(inputs).copyRow(0, row);
        assertArrayEquals(alone.get(i), row, 0.05f, "step " + i);
        assertEquals(Reading.best(alone.get(i)), Reading.best(row), "step " + i);
        input = new int[] {Reading.best(row)};
      }
    }
  }

  @Test
  void step_softTokensThatAreEmbeddings_readsAlmostAsTheirIds() throws URISyntaxException {
    try (DecoderModel model = tiny("llama");
        ModelFiles files = ModelFiles.open(folder("llama"))) {
      int width = model.description().hiddenSize();
      int[] ids = {5, 9, 2, 14, 11};
      float[] rows = new float[ids.length * width];
      for (int i = 0; i < ids.length; i++) {
        files
            .weights()
            .readFp32Rows("model.embed_tokens.weight", ids[i], 1)
            .asFloatBuffer()
            .get(rows, i * width, width);
      }
      float[] wanted = Reading.logits(model, Reading.ids(model.open(), ids));
      SoftPrompt soft = new SoftPrompt(ids.length, width, rows);
      float[] logits = Reading.logits(model, Reading.soft(model.open(), soft));
      assertTrue(cosine(wanted, logits) > 0.999, "cosine " + cosine(wanted, logits));
    }
  }

  @Test
  void step_realModelAndText_foretellsItAsWellAsInFp32() throws IOException {
    int[] ids;
    double fp32;
    try (DecoderModel model = real(options(Precision.FP32))) {
      String text = Files.readString(Path.of("../ARCHITECTURE.md"));
      ids = Arrays.copyOf(model.tokenizer().encodeText(text).ids(), 8 * 80);
      fp32 = Perplexity.nats(model, ids, 80, 8);
    }
    for (KvPrecision kv : List.of(KvPrecision.FP32, KvPrecision.FP16, KvPrecision.INT8)) {
      long before = NativeObjects.live();
      try (DecoderModel model = real(options(Precision.INT8).with(kv))) {
        double int8 = Perplexity.nats(model, ids, 80, 8);
        assertEquals(1, Math.exp(int8 - fp32), 0.03, kv + ": perplexity to that of fp32");
      }
      assertEquals(before, NativeObjects.live());
    }
  }

  @Test
  void load_second_takesTheWeightsKeptByTheFirst(@TempDir Path kept) throws Exception {
    TorchOptions options =
        new TorchOptions(
            TorchDevice.CPU,
            Precision.INT8,
            KvPrecision.FP32,
            CoreBudget.ofMachine(),
            Optional.of(kept));
    float[] first = logitsOfQwen(options);
    Path file = onlyFile(kept);
    byte[] written = Files.readAllBytes(file);
    assertArrayEquals(first, logitsOfQwen(options));
    assertArrayEquals(written, Files.readAllBytes(onlyFile(kept)));
    Files.write(file, Arrays.copyOf(written, written.length / 2));
    assertArrayEquals(first, logitsOfQwen(options));
    assertArrayEquals(written, Files.readAllBytes(onlyFile(kept)));
    assertArrayEquals(first, logitsOfQwen(options(Precision.INT8)));
  }

  @Test
  void load_folderThatCannotBe_worksWithoutIt(@TempDir Path folder) throws Exception {
    Path noFolder = Files.writeString(folder.resolve("file"), "").resolve("below");
    TorchOptions options =
        new TorchOptions(
            TorchDevice.CPU,
            Precision.INT8,
            KvPrecision.FP32,
            CoreBudget.ofMachine(),
            Optional.of(noFolder));
    assertArrayEquals(logitsOfQwen(options(Precision.INT8)), logitsOfQwen(options));
  }

  private static float[] logitsOfQwen(TorchOptions options) throws URISyntaxException {
    try (DecoderModel model =
        Decoders.load(ModelFiles.open(folder("qwen2")), Optional.empty(), options)) {
      return Reading.logits(model, Reading.ids(model.open(), 3, 1, 4, 1, 5));
    }
  }

  private static Path onlyFile(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> all = files.toList();
      assertEquals(1, all.size());
      return all.getFirst();
    }
  }

  private static DecoderModel real(TorchOptions options) {
    return Decoders.load(ModelFiles.open(TestModels.decoderFile()), Optional.empty(), options);
  }

  private static DecoderModel tiny(String name) throws URISyntaxException {
    return Decoders.load(ModelFiles.open(folder(name)), Optional.empty(), options(Precision.INT8));
  }

  private static Path folder(String name) throws URISyntaxException {
    URI folder = Objects.requireNonNull(Int8DecoderTest.class.getResource(FOLDER + name)).toURI();
    return Path.of(folder);
  }

  private static TorchOptions options(Precision precision) {
    return new TorchOptions(TorchDevice.CPU, precision, CoreBudget.ofMachine());
  }

  private static double cosine(float[] a, float[] b) {
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < a.length; i++) {
      ab += (double) a[i] * b[i];
      aa += (double) a[i] * a[i];
      bb += (double) b[i] * b[i];
    }
    return ab / Math.sqrt(aa * bb);
  }
}
