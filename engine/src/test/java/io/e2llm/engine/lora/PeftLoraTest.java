package io.e2llm.engine.lora;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.e2llm.engine.ModelException;
import io.e2llm.engine.TinyModels;
import io.e2llm.engine.files.ModelFiles;
import io.e2llm.engine.weights.SafetensorsWriter;
import io.e2llm.engine.weights.WeightType;
import io.e2llm.engine.weights.Weights;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** LoRA as PEFT writes it, read and merged. */
class PeftLoraTest {
  private static final String LAYER = "model.layers.1.self_attn.k_proj";
  private static final String CONFIG =
      """
      {"peft_type": "LORA", "r": 2, "lora_alpha": 6, "bias": "none", "use_dora": false,
       "rank_pattern": {}, "modules_to_save": null, "target_modules": ["k_proj"]}
      """;

  private final Map<String, List<Long>> shapes = new LinkedHashMap<>();

  @SuppressWarnings("NullAway.Init") // the extension sets it
  @TempDir
  private Path folder;

  @SuppressWarnings("NullAway.Init") // the extension sets the folder
  PeftLoraTest() {}

  private PeftLora read(String config) throws IOException {
    Files.writeString(folder.resolve("adapter_config.json"), config);
    int[] next = {0};
    SafetensorsWriter.write(
        folder.resolve("adapter_model.safetensors"),
        shapes,
        WeightType.F32,
        name -> () -> next[0]++ % 7 - 3);
    return PeftLora.read(folder);
  }

  private void pair(long in, long out, long rank) {
    shapes.put("base_model.model." + LAYER + ".lora_A.weight", List.of(rank, in));
    shapes.put("base_model.model." + LAYER + ".lora_B.weight", List.of(out, rank));
  }

  @Test
  void folder_saysWhereItStandsAndHowMuchItCounts() throws IOException {
    pair(32, 16, 2);
    PeftLora lora = read(CONFIG);
    assertEquals(new LoraSpec(2, 6, List.of("self_attn.k_proj")), lora.spec());
    assertEquals(3, lora.spec().factor());
    LoraPair pair = Objects.requireNonNull(lora.pairs().get(LAYER));
    assertEquals(32, pair.in());
    assertEquals(16, pair.out());
    PeftLora stabilized = read(CONFIG.replace("\"r\": 2", "\"use_rslora\": true, \"r\": 2"));
    assertEquals(6 / Math.sqrt(2), stabilized.spec().factor(), 1e-12);
  }

  @Test
  void mergedWeights_areTheSum() throws IOException {
    pair(32, 16, 2);
    PeftLora lora = read(CONFIG);
    LoraPair pair = Objects.requireNonNull(lora.pairs().get(LAYER));
    TinyModels.writeDecoder(folder.resolve("decoder"));
    try (ModelFiles files = ModelFiles.open(folder.resolve("decoder"))) {
      Weights merged = new AdaptedWeights(files.weights(), lora.spec(), lora.pairs());
      float[] wanted = floats(files.weights().readFp32(LAYER + ".weight").asFloatBuffer());
      for (int o = 0; o < 16; o++) {
        for (int i = 0; i < 32; i++) {
          for (int r = 0; r < 2; r++) {
            wanted[o * 32 + i] += 3 * pair.b().get(o * 2 + r) * pair.a().get(r * 32 + i);
          }
        }
      }
      assertArrayEquals(wanted, floats(merged.readFp32(LAYER + ".weight").asFloatBuffer()), 1e-4f);
      float[] rows = floats(merged.readFp32Rows(LAYER + ".weight", 5, 3).asFloatBuffer());
      assertArrayEquals(java.util.Arrays.copyOfRange(wanted, 5 * 32, 8 * 32), rows, 1e-4f);
      String other = "model.layers.0.self_attn.k_proj.weight";
      assertArrayEquals(
          floats(files.weights().readFp32(other).asFloatBuffer()),
          floats(merged.readFp32(other).asFloatBuffer()));
    }
  }

  @Test
  void loraOfAnotherModel_isRefused() throws IOException {
    pair(32, 17, 2);
    PeftLora lora = read(CONFIG);
    TinyModels.writeDecoder(folder.resolve("decoder"));
    try (ModelFiles files = ModelFiles.open(folder.resolve("decoder"))) {
      Weights weights = files.weights();
      String told =
          String.valueOf(
              assertThrows(
                      ModelException.class,
                      () -> new AdaptedWeights(weights, lora.spec(), lora.pairs()))
                  .getMessage());
      assertEquals(
          "LoRA of " + LAYER + ": made for a weight [17, 32], but the model has [16, 32]", told);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"LORA\" | \"IA3\" | adapter_config.json: peft_type: IA3 is not LORA",
        "\"use_dora\": false | \"use_dora\": true | adapter_config.json: use_dora: is not supported",
        "{} | {\"k_proj\": 4} | adapter_config.json: rank_pattern: is not supported",
        "null | [\"lm_head\"] | adapter_config.json: modules_to_save: is not supported",
        "\"none\" | \"all\" | adapter_config.json: bias: all is not supported",
        "\"r\": 2 | \"r\": 0 | adapter_config.json: r: a rank above 0",
        "\"r\": 2 | \"r\": 4 | adapter_model.safetensors: tensor base_model.model.model.layers.1.self_attn.k_proj.lora_A.weight: shape [2, 32], but [4, in] is wanted",
      })
  void whatComputesOtherwise_isRefused(String from, String to, String message) {
    pair(32, 16, 2);
    assertRefused(message.strip(), CONFIG.replace(from.strip(), to.strip()));
  }

  @Test
  void tensorsThatAreNoPairs_areRefused() {
    shapes.put("base_model.model." + LAYER + ".lora_B.weight", List.of(16L, 2L));
    assertRefused(
        "adapter_model.safetensors: tensor base_model.model." + LAYER + ".lora_A", CONFIG);
    shapes.clear();
    shapes.put("base_model.model." + LAYER + ".lora_magnitude_vector", List.of(16L));
    assertRefused("adapter_model.safetensors: tensor base_model.model." + LAYER, CONFIG);
    shapes.clear();
    assertRefused("adapter_model.safetensors: no LoRA in it", CONFIG);
  }

  private void assertRefused(String message, String config) {
    String told =
        String.valueOf(assertThrows(ModelException.class, () -> read(config)).getMessage());
    assertTrue(told.startsWith(message), told);
  }

  private static float[] floats(FloatBuffer buffer) {
    float[] values = new float[buffer.remaining()];
    buffer.get(values);
    return values;
  }
}
