package io.e2llm.engine.bundle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.e2llm.engine.Goldens;
import io.e2llm.engine.ModelException;
import io.e2llm.engine.StrictJson;
import io.e2llm.engine.files.ModelFiles;
import io.e2llm.engine.weights.SafetensorsWriter;
import io.e2llm.engine.weights.WeightType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AdapterBundleTest {
  private final Path folder;

  AdapterBundleTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void golden_saysWhatItIs() {
    AdapterBundle bundle = AdapterBundle.open(Goldens.folder("bundles/window-concat"));
    assertFalse(bundle.spec().trained());
    assertEquals(List.of(2, 3), bundle.spec().encoder().layers());
    assertEquals(64, bundle.spec().encoder().statesWidth());
    assertEquals(List.of(2, 4, 7), bundle.spec().ratios());
    assertEquals("window-concat", bundle.spec().pooling().label());
    assertEquals(16, bundle.spec().pooling().pooledWidth());
    assertEquals(
        Set.of(
            "adapter.linear1.weight",
            "adapter.linear1.bias",
            "adapter.linear2.weight",
            "adapter.linear2.bias",
            "adapter.residual.weight"),
        bundle.adapter().keySet());
    BundleTensor widest =
        Objects.requireNonNull(bundle.pooling().get("pooling.projection.7.weight"));
    assertEquals(List.of(16L, 56L), widest.shape());
    assertEquals(16 * 56, widest.values().asFloatBuffer().remaining());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/format_version | 2 | format_version: 2 is not supported",
        "/format_version | \"1\" | format_version: a whole number",
        "/trained | 1 | trained: true or false",
        "/unknown | 1 | unknown: not a field",
        "/lora | {} | lora: encoder or decoder is wanted",
        "/lora | {\"decoder\": 1} | lora.decoder: an object is wanted",
        "/lora | {\"decoder\": {\"rank\": 0, \"alpha\": 1, \"targets\": [\"q\"]}} | lora.decoder.rank: a whole number from 1",
        "/lora | {\"decoder\": {\"rank\": 4, \"alpha\": \"1\", \"targets\": [\"q\"]}} | lora.decoder.alpha: a number is wanted",
        "/lora | {\"decoder\": {\"rank\": 4, \"alpha\": 1, \"targets\": []}} | lora.decoder.targets: a list of strings is wanted",
        "/lora | {\"middle\": {}, \"decoder\": {\"rank\": 4, \"alpha\": 1, \"targets\": [\"q\"]}} | lora.middle: not a field",
        "/encoder/name | 7 | encoder.name: a string",
        "/encoder/digest | \"xyz\" | encoder.digest: 64 lower-case hex digits",
        "/encoder/hidden_size | 0 | encoder.hidden_size: a whole number from 1",
        "/encoder/layers | [] | encoder.layers: at least one",
        "/encoder/layers | [3, 2] | encoder.layers: [3, 2] do not ascend",
        "/encoder/layers | [-1] | encoder.layers: a whole number from 0",
        "/encoder/layers | 3 | encoder.layers: a list",
        "/decoder/hidden_size | 1e9 | decoder.hidden_size: a whole number",
        "/decoder/hidden_size | 5 | pooling.pooled_width: 16 exceeds twice the decoder's hidden_size 5",
        "/chunking/chunk_tokens | 1 | chunking.chunk_tokens: a whole number from 8",
        "/chunking/chunker_version | null | chunking.chunker_version: is missing",
        "/pooling/type | \"max\" | pooling.type: max is none of [cls, mean, window, pma]",
        "/pooling/unit | \"lines\" | pooling.unit: lines is none of [tokens, words]",
        "/pooling/combine | \"sum\" | pooling.combine: sum is none of [mean, concat, halves]",
        "/pooling/combine | \"halves\" | ratios: [2, 4, 7] have no halves",
        "/pooling/projection | false | pooling.pooled_width: 16, but pooling at ratio 4 gives 32",
        "/pooling/heads | 2 | pooling.heads: not a field",
        "/ratios | [] | ratios: 1 to 32 are wanted",
        "/ratios | [4, 4] | ratios: [4, 4] do not ascend",
        "/adapter/type | \"conv\" | adapter.type: conv is not supported",
        "/adapter | [] | adapter: an object is wanted",
        "/adapter/residual | 0 | adapter.residual: true or false"
      })
  void field_wrong_isNamed(String pointer, String value, String message) throws IOException {
    copy("window-concat");
    change(pointer, value);
    assertRefused("adapter.json: " + message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "pma | /pooling/queries | 31 | pooling.queries: 31, where 32 are wanted",
        "pma | /pooling/heads | 3 | pooling.heads: 3 do not divide the width 16",
        "pma-window | /pooling/queries | 2 | pooling.queries: 2, where 1 are wanted",
        "window-mean | /pooling/token_inner_width | 4 | pooling.token_inner_width: 4 without token_width",
        "mean | /ratios | [4, 64] | ratios: mean makes one soft token of a chunk",
        "cls | /pooling/wide | false | pooling.pooled_width: 64 exceeds twice"
      })
  void pooling_thatCannotBe_isRefused(String golden, String pointer, String value, String message)
      throws IOException {
    copy(golden);
    change(pointer, value);
    assertRefused("adapter.json: " + message);
  }

  @Test
  void tensor_ofAnotherShape_isNamed() throws IOException {
    copy("window-mean");
    change("/adapter/inner_width", "21");
    assertRefused(
        "adapter.safetensors: tensor adapter.linear1.weight: shape [20, 32], but adapter.json wants"
            + " [21, 32]");
  }

  @Test
  void loraWithoutTensors_isNamed() throws IOException {
    copy("window-mean");
    change("/lora", "{\"decoder\": {\"rank\": 4, \"alpha\": 1, \"targets\": [\"q\"]}}");
    assertRefused("adapter.safetensors: tensor lora.decoder.*.a: is missing");
  }

  @Test
  void loraWithoutItsOtherHalf_isNamed() throws IOException {
    copy("window-mean");
    Map<String, BundleTensor> kept = new LinkedHashMap<>(AdapterBundle.open(folder).pooling());
    kept.putAll(AdapterBundle.open(folder).adapter());
    change("/lora", "{\"decoder\": {\"rank\": 4, \"alpha\": 1, \"targets\": [\"q\"]}}");
    Map<String, List<Long>> shapes = new LinkedHashMap<>();
    kept.forEach((name, tensor) -> shapes.put(name, tensor.shape()));
    shapes.put("lora.decoder.model.layers.0.q.b", List.of(16L, 4L));
    SafetensorsWriter.write(
        folder.resolve(AdapterBundle.TENSORS), shapes, WeightType.F32, name -> () -> 0);
    assertRefused("adapter.safetensors: tensor lora.decoder.model.layers.0.q.a: is missing");
  }

  @Test
  void tensor_missing_isNamed() throws IOException {
    copy("window-mean");
    change("/adapter/residual", "true");
    assertRefused("adapter.safetensors: tensor adapter.residual.weight: is missing");
  }

  @Test
  void tensor_tooMany_isNamed() throws IOException {
    copy("mean");
    change("/adapter/residual", "false");
    assertRefused("adapter.safetensors: tensor adapter.residual.weight: not named by adapter.json");
  }

  @ParameterizedTest
  @ValueSource(strings = {"adapter.json", "adapter.safetensors"})
  void file_missing_isNamed(String file) throws IOException {
    copy("mean");
    Files.delete(folder.resolve(file));
    assertRefused(file + ": no such file");
  }

  @Test
  void file_cutOff_isRefused() throws IOException {
    copy("mean");
    Path file = folder.resolve(AdapterBundle.TENSORS);
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length - 1));
    assertRefused("adapter.safetensors: ");
  }

  @Test
  void folder_missing_isNamed() {
    ModelException refused =
        assertThrows(ModelException.class, () -> AdapterBundle.open(folder.resolve("nowhere")));
    assertEquals("nowhere: no such bundle folder", refused.getMessage());
  }

  @Test
  void pooling_withNaN_isRefused() throws IOException {
    copy("window-concat");
    spoil("pooling.token_projection.bias");
    assertRefused("adapter.safetensors: tensor pooling.token_projection.bias: NaN or infinity");
  }

  @Test
  void adapter_withNaN_isRefused() throws IOException {
    copy("window-concat");
    spoil("adapter.linear1.bias");
    AdapterBundle bundle = AdapterBundle.open(folder);
    assertTrue(
        String.valueOf(assertThrows(ModelException.class, bundle::adapter).getMessage())
            .startsWith("adapter.safetensors: tensor adapter.linear1.bias: NaN"));
  }

  @Test
  void digest_changesWithEitherFile_encoderDigestWithItsPartAlone() throws IOException {
    copy("window-concat");
    AdapterBundle before = AdapterBundle.open(folder);
    change("/decoder/name", "\"renamed\"");
    AdapterBundle renamed = AdapterBundle.open(folder);
    assertNotEquals(before.digest(), renamed.digest());
    assertEquals(before.encoderDigest(), renamed.encoderDigest());
    set("adapter.linear1.bias", 3);
    AdapterBundle adapted = AdapterBundle.open(folder);
    assertNotEquals(renamed.digest(), adapted.digest());
    assertEquals(before.encoderDigest(), adapted.encoderDigest());
    set("pooling.token_projection.bias", 3);
    assertNotEquals(before.encoderDigest(), AdapterBundle.open(folder).encoderDigest());
  }

  @Test
  void checkEncoder_itsOwn_passes_another_isRefused() {
    AdapterBundle bundle = AdapterBundle.open(Goldens.folder("bundles/window-mean"));
    try (ModelFiles bert = ModelFiles.open(Goldens.folder("encoders/bert"));
        ModelFiles roberta = ModelFiles.open(Goldens.folder("encoders/roberta"))) {
      bundle.checkEncoder(bert);
      ModelException refused =
          assertThrows(ModelException.class, () -> bundle.checkEncoder(roberta));
      assertEquals(
          "adapter.json: encoder.digest: the bundle was made for another encoder (tiny-bert) than"
              + " roberta",
          refused.getMessage());
      refused = assertThrows(ModelException.class, () -> bundle.checkDecoder(roberta));
      assertEquals(
          "adapter.json: decoder.hidden_size: the bundle wants 24, but roberta has 32",
          refused.getMessage());
    }
  }

  @Test
  void checkEncoder_ofAnotherWidthOrDepth_isNamed() throws IOException {
    copy("window-mean");
    change("/encoder/layers", "[4]");
    AdapterBundle deep = AdapterBundle.open(folder);
    try (ModelFiles bert = ModelFiles.open(Goldens.folder("encoders/bert"))) {
      assertEquals(
          "adapter.json: encoder.layers: layer 4 is wanted, but bert has 3",
          assertThrows(ModelException.class, () -> deep.checkEncoder(bert)).getMessage());
    }
    copy("mean-projected");
    change("/encoder/layers", "[0, 1]");
    change("/encoder/hidden_size", "48");
    AdapterBundle wide = AdapterBundle.open(folder);
    try (ModelFiles bert = ModelFiles.open(Goldens.folder("encoders/bert"))) {
      assertEquals(
          "adapter.json: encoder.hidden_size: the bundle wants 48, but bert has 32",
          assertThrows(ModelException.class, () -> wide.checkEncoder(bert)).getMessage());
    }
  }

  private void assertRefused(String message) {
    ModelException refused = assertThrows(ModelException.class, () -> AdapterBundle.open(folder));
    String told = String.valueOf(refused.getMessage());
    assertTrue(told.startsWith(message), told);
    assertFalse(told.contains("\n"), told);
  }

  private void copy(String golden) throws IOException {
    for (String file : List.of(AdapterBundle.JSON, AdapterBundle.TENSORS)) {
      Files.write(
          folder.resolve(file),
          Files.readAllBytes(Goldens.folder("bundles/" + golden).resolve(file)));
    }
  }

  private void change(String pointer, String value) throws IOException {
    Path file = folder.resolve(AdapterBundle.JSON);
    JsonNode json = StrictJson.MAPPER.readTree(Files.readAllBytes(file));
    int slash = pointer.lastIndexOf('/');
    ((ObjectNode) json.at(pointer.substring(0, slash)))
        .set(pointer.substring(slash + 1), StrictJson.MAPPER.readTree(value));
    Files.write(file, StrictJson.MAPPER.writeValueAsBytes(json));
  }

  private void spoil(String tensor) throws IOException {
    set(tensor, Float.NaN);
  }

  /** Sets a tensor's first element in the file. */
  private void set(String tensor, float value) throws IOException {
    Path file = folder.resolve(AdapterBundle.TENSORS);
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    int header = (int) bytes.getLong(0);
    JsonNode json = StrictJson.MAPPER.readTree(Arrays.copyOfRange(bytes.array(), 8, 8 + header));
    bytes.putFloat(8 + header + json.path(tensor).path("data_offsets").path(0).asInt(), value);
    Files.write(file, bytes.array());
  }
}
