package io.e2llm.engine.encoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.e2llm.engine.TestModels;
import io.e2llm.engine.encoder.TextEncoder.EncodeInput;
import io.e2llm.engine.torch.CoreBudget;
import io.e2llm.engine.torch.Int8Kernels;
import io.e2llm.engine.torch.Precision;
import io.e2llm.engine.torch.TorchDevice;
import io.e2llm.engine.torch.TorchOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Int8EncoderTest {
  private static final int TEXTS = 16;
  private static final int TEXT_LENGTH = 250;

  private final Path folder;

  Int8EncoderTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @BeforeEach
  void skipWithoutKernels() {
    assumeTrue(Int8Kernels.present(), "this libtorch has no 8-bit kernels for this CPU");
  }

  @Test
  void encode_realModelAndText_givesTheSoftPromptsOfFp32() throws IOException {
    List<SoftPrompt> wanted = softPrompts(Precision.FP32);
    List<SoftPrompt> quantized = softPrompts(Precision.INT8);
    for (int i = 0; i < TEXTS; i++) {
      double cosine = cosine(wanted.get(i).values(), quantized.get(i).values());
      assertTrue(cosine >= 0.999, "text " + i + ": cosine " + cosine);
    }
  }

  @Test
  void encode_besideOthersOfOneLength_givesTheSameNumbers() throws IOException {
    try (TextEncoder encoder = encoder(Precision.INT8)) {
      List<EncodeInput> inputs = inputs(encoder);
      SoftPrompt alone = softPrompt(encoder.encode(inputs.subList(3, 4)).getFirst());
      SoftPrompt beside = softPrompt(encoder.encode(inputs).get(3));
      assertArrayEquals(alone.values(), beside.values(), 1e-3f);
    }
  }

  @Test
  void load_precisions_haveDifferentIdentities() {
    try (TextEncoder fp32 = encoder(Precision.FP32);
        TextEncoder int8 = encoder(Precision.INT8)) {
      assertEquals("int8", int8.description().precision());
      assertTrue(!fp32.description().identity().equals(int8.description().identity()));
    }
  }

  private List<SoftPrompt> softPrompts(Precision precision) throws IOException {
    try (TextEncoder encoder = encoder(precision)) {
      return encoder.encode(inputs(encoder)).stream().map(Int8EncoderTest::softPrompt).toList();
    }
  }

  private static SoftPrompt softPrompt(EncodedChunk chunk) {
    return Objects.requireNonNull(chunk.softPrompt());
  }

  private static List<EncodeInput> inputs(TextEncoder encoder) throws IOException {
    String text = Files.readString(Path.of("../ARCHITECTURE.md"));
    List<EncodeInput> inputs = new ArrayList<>();
    for (int i = 0; i < TEXTS; i++) {
      String part = text.substring(i * TEXT_LENGTH, (i + 1) * TEXT_LENGTH);
      inputs.add(new EncodeInput(encoder.prepare(part, ChunkRole.PASSAGE), 1));
    }
    return inputs;
  }

  private TextEncoder encoder(Precision precision) {
    TorchOptions options = new TorchOptions(TorchDevice.CPU, precision, CoreBudget.ofMachine());
    return StatesAsSoftPrompts.encoder(folder, TestModels.encoderFolder(), 6, options);
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
