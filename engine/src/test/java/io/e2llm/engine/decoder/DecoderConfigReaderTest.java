package io.e2llm.engine.decoder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.e2llm.engine.ModelException;
import io.e2llm.engine.StrictJson;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DecoderConfigReaderTest {
  @Test
  void read_plainLlama_fillsInWhatIsImplied() {
    DecoderConfig config = DecoderConfigReader.read("llama", config());
    assertEquals(4, config.kvHeads());
    assertEquals(8, config.headSize());
    assertEquals(0, config.slidingWindow());
    assertEquals(new Rope(10_000, new Rope.None()), config.rope());
  }

  @Test
  void read_mistralWithoutWindow_seesAllTokens() {
    ObjectNode json = config();
    json.putNull("sliding_window");
    assertEquals(0, DecoderConfigReader.read("mistral", json).slidingWindow());
    json.put("sliding_window", 16);
    assertEquals(16, DecoderConfigReader.read("mistral", json).slidingWindow());
  }

  @Test
  void read_qwen2WithUnusedWindow_seesAllTokens() {
    ObjectNode json = config().put("sliding_window", 16).put("use_sliding_window", false);
    assertEquals(0, DecoderConfigReader.read("qwen2", json).slidingWindow());
  }

  @ParameterizedTest
  @CsvSource({
    "llama, hidden_act, '\"gelu\"'",
    "llama, attention_bias, true",
    "mistral, attention_bias, true",
    "llama, mlp_bias, true",
    "llama, pretraining_tp, 2",
    "llama, partial_rotary_factor, 0.5",
    "llama, quantization_config, '{\"bits\": 4}'",
    "llama, rope_scaling, '{\"rope_type\": \"yarn\", \"factor\": 4}'",
    "llama, rope_scaling, '{\"type\": \"dynamic\", \"factor\": 4}'",
    "llama, layer_types, '[\"sliding_attention\"]'",
    "mistral, layer_types, '[\"sliding_attention\"]'",
    "llama, hidden_size, '\"wide\"'",
    "llama, hidden_size, 0",
    "llama, num_hidden_layers, 1e3",
    "llama, num_key_value_heads, 3",
    "llama, head_dim, 7",
    "llama, rms_norm_eps, -1",
    "llama, rope_theta, 0",
    "llama, vocab_size, null"
  })
  void read_fieldNotUnderstood_isRefusedByItsName(String family, String field, String value)
      throws Exception {
    ObjectNode json = config();
    json.set(field, StrictJson.MAPPER.readTree(value));
    ModelException refusal =
        assertThrows(ModelException.class, () -> DecoderConfigReader.read(family, json));
    String message = String.valueOf(refusal.getMessage());
    assertTrue(message.startsWith("config.json: " + field + ": "), message);
  }

  @Test
  void read_qwen2WithWindowInUse_isRefused() {
    ObjectNode json = config().put("sliding_window", 16).put("use_sliding_window", true);
    assertThrows(ModelException.class, () -> DecoderConfigReader.read("qwen2", json));
  }

  @Test
  void read_unknownFamily_isRefused() {
    assertThrows(ModelException.class, () -> DecoderConfigReader.read("gpt2", config()));
  }

  private static ObjectNode config() {
    return StrictJson.MAPPER
        .createObjectNode()
        .put("hidden_size", 32)
        .put("num_hidden_layers", 2)
        .put("num_attention_heads", 4)
        .put("intermediate_size", 64)
        .put("max_position_embeddings", 256)
        .put("vocab_size", 100)
        .put("hidden_act", "silu")
        .put("rms_norm_eps", 1e-5);
  }
}
