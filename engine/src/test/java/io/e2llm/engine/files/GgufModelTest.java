package io.e2llm.engine.files;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.e2llm.engine.ModelException;
import io.e2llm.engine.TestModels;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A tiny GGUF model by {@code make_gguf_model.py}, and the default decoder. */
final class GgufModelTest {
  private final Path folder;

  GgufModelTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "model.embed_tokens.weight",
        "model.layers.0.self_attn.q_proj.weight",
        "model.layers.0.self_attn.k_proj.weight",
        "model.layers.0.self_attn.v_proj.weight",
        "model.layers.0.self_attn.o_proj.weight",
        "model.layers.0.mlp.gate_proj.weight",
      })
  void matrix_hasItsRowsInOrder(String name) throws URISyntaxException {
    try (ModelFiles model = ModelFiles.open(file())) {
      long rows = Objects.requireNonNull(model.weights().tensors().get(name)).shape().getFirst();
      FloatBuffer values = model.weights().readFp32(name).asFloatBuffer();
      for (int row = 0; row < rows; row++) {
        assertEquals(row, values.get(row * 32), 0.02, name);
        assertEquals(row + 31 / 64.0, values.get(row * 32 + 31), 0.2, name);
      }
      FloatBuffer some = model.weights().readFp32Rows(name, 3, 4).asFloatBuffer();
      assertEquals(4 * 32, some.capacity());
      assertEquals(5, some.get(2 * 32), 0.02);
    }
  }

  @Test
  void metadata_becomesTheConfiguration() throws URISyntaxException {
    try (ModelFiles model = ModelFiles.open(file())) {
      JsonNode config = model.config();
      assertEquals("llama", config.path("model_type").asText());
      assertEquals(16, config.path("head_dim").asInt());
      assertEquals(1, config.path("num_key_value_heads").asInt());
      assertEquals(1e-5, config.path("rms_norm_eps").asDouble());
      assertEquals(260, config.path("vocab_size").asInt());
      assertTrue(config.path("tie_word_embeddings").asBoolean());
      assertEquals("llama3", config.path("rope_scaling").path("rope_type").asText());
      assertEquals(8, config.path("rope_scaling").path("factor").asDouble());
      assertEquals(Set.of(0, 2), model.endTokens());
      assertEquals("<|im_start|>", model.chatTemplate().orElseThrow().bosToken());
      assertEquals("model", model.name());
    }
  }

  @Test
  void folderWithOneFile_opensThatFile() throws URISyntaxException, IOException {
    Files.copy(file(), folder.resolve("a.gguf"));
    try (ModelFiles model = ModelFiles.open(folder)) {
      assertEquals("a", model.name());
    }
    Files.copy(file(), folder.resolve("b.gguf"));
    ModelException refused =
        assertThrows(ModelException.class, () -> ModelFiles.open(folder).close());
    assertTrue(String.valueOf(refused.getMessage()).contains("2 .gguf files"));
  }

  @ParameterizedTest
  @CsvSource({
    "llama.block_count, llama.block_cXXXX, x.gguf: llama.block_count is missing",
    "blk.0.attn_v.weight, blk.0.attn_z.weight, x.gguf: tensor blk.0.attn_z.weight: the architecture"
        + " has no such tensor",
    "rope_freqs, rope_frexs, x.gguf: tensor rope_frexs.weight: the architecture has no such tensor",
  })
  void alteredName_isNamed(String name, String altered, String message)
      throws URISyntaxException, IOException {
    String latin = new String(Files.readAllBytes(file()), StandardCharsets.ISO_8859_1);
    assertTrue(latin.contains(name));
    Path path =
        Files.write(
            folder.resolve("x.gguf"),
            latin.replace(name, altered).getBytes(StandardCharsets.ISO_8859_1));
    ModelException refused =
        assertThrows(
            ModelException.class,
            () -> {
              try (ModelFiles model = ModelFiles.open(path)) {
                model.weights();
              }
            });
    assertEquals(message, refused.getMessage());
  }

  @Test
  void defaultDecoder_decodesInAboutASecond() {
    try (ModelFiles model = ModelFiles.open(TestModels.decoderFile())) {
      long begin = System.nanoTime();
      long elements = 0;
      for (String name : model.weights().tensors().keySet()) {
        elements += model.weights().readFp32(name).capacity() / 4;
      }
      double seconds = (System.nanoTime() - begin) / 1e9;
      System.Logger log = System.getLogger(GgufModelTest.class.getName());
      log.log(System.Logger.Level.INFO, elements + " elements in " + seconds + " s");
      assertEquals(134_515_008, elements);
      assertTrue(seconds < 20, seconds + " s");
      assertArrayEquals(new int[0], model.tokenizer().prefixIds());
    }
  }

  private static Path file() throws URISyntaxException {
    URL resource = GgufModelTest.class.getResource("/goldens/model.gguf");
    assertNotNull(resource);
    return Path.of(Objects.requireNonNull(resource).toURI());
  }
}
