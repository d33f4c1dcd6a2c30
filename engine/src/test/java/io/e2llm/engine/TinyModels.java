package io.e2llm.engine;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Writes tiny models with seeded random weights, as Hugging Face folders of a few hundred
 * kilobytes, for tests of load, leaks and faults. The same files every time.
 */
public final class TinyModels {
  /** Width of both models. */
  public static final int HIDDEN = 32;

  private static final int LAYERS = 2;
  private static final int INTERMEDIATE = 64;
  private static final int KV_WIDTH = 16;
  private static final int POSITIONS = 512;
  private static final int WINDOW = 2048;
  private static final long SEED = 7;

  private static final List<String> DECODER_SPECIALS =
      List.of("<|endoftext|>", "<|im_start|>", "<|im_end|>");

  private static final String CHATML =
      "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\n'"
          + " + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}"
          + "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";

  private TinyModels() {}

  /**
   * Writes a BERT with mean pooling: 2 layers, 4 heads, 512 positions, WordPiece over all
   * characters of ASCII and Latin-1, so that such text has one token for each character.
   */
  public static void writeEncoder(Path folder) {
    ArrayNode pieces = StrictJson.MAPPER.createArrayNode();
    ObjectNode tokenizer = TinyTokenizers.wordPiece(pieces);
    ObjectNode config =
        StrictJson.MAPPER
            .createObjectNode()
            .put("model_type", "bert")
            .put("hidden_size", HIDDEN)
            .put("num_hidden_layers", LAYERS)
            .put("num_attention_heads", 4)
            .put("intermediate_size", INTERMEDIATE)
            .put("max_position_embeddings", POSITIONS)
            .put("type_vocab_size", 2)
            .put("vocab_size", pieces.size())
            .put("hidden_act", "gelu")
            .put("layer_norm_eps", 1e-12)
            .put("position_embedding_type", "absolute")
            .put("pad_token_id", 0);
    write(folder.resolve("config.json"), config);
    write(folder.resolve("tokenizer.json"), tokenizer);
    write(
        folder.resolve("1_Pooling/config.json"),
        StrictJson.MAPPER
            .createObjectNode()
            .put("word_embedding_dimension", HIDDEN)
            .put("pooling_mode_mean_tokens", true));
    SeededWeights weights = new SeededWeights(SEED);
    weights.matrix("embeddings.word_embeddings.weight", pieces.size(), HIDDEN);
    weights.matrix("embeddings.position_embeddings.weight", POSITIONS, HIDDEN);
    weights.matrix("embeddings.token_type_embeddings.weight", 2, HIDDEN);
    weights.norm("embeddings.LayerNorm", HIDDEN);
    for (int layer = 0; layer < LAYERS; layer++) {
      String prefix = "encoder.layer." + layer + ".";
      for (String part : List.of("query", "key", "value")) {
        weights.linear(prefix + "attention.self." + part, HIDDEN, HIDDEN);
      }
      weights.linear(prefix + "attention.output.dense", HIDDEN, HIDDEN);
      weights.norm(prefix + "attention.output.LayerNorm", HIDDEN);
      weights.linear(prefix + "intermediate.dense", INTERMEDIATE, HIDDEN);
      weights.linear(prefix + "output.dense", HIDDEN, INTERMEDIATE);
      weights.norm(prefix + "output.LayerNorm", HIDDEN);
    }
    weights.write(folder.resolve("model.safetensors"));
  }

  /**
   * Writes a Llama: 2 layers, 4 heads, 2 key-value heads, window 2048, tied embeddings, ChatML; a
   * token for each byte and the specials {@code <|endoftext|>}, {@code <|im_start|>} and {@code
   * <|im_end|>} (ids 256 to 258), which end generations except the second.
   */
  public static void writeDecoder(Path folder) {
    int vocabulary = 256 + DECODER_SPECIALS.size();
    ObjectNode config =
        StrictJson.MAPPER
            .createObjectNode()
            .put("model_type", "llama")
            .put("hidden_size", HIDDEN)
            .put("num_hidden_layers", LAYERS)
            .put("num_attention_heads", 4)
            .put("num_key_value_heads", 2)
            .put("head_dim", 8)
            .put("intermediate_size", INTERMEDIATE)
            .put("max_position_embeddings", WINDOW)
            .put("vocab_size", vocabulary)
            .put("hidden_act", "silu")
            .put("rms_norm_eps", 1e-5)
            .put("rope_theta", 10000.0)
            .put("tie_word_embeddings", true);
    config.putArray("eos_token_id").add(256).add(258);
    write(folder.resolve("config.json"), config);
    write(folder.resolve("tokenizer.json"), TinyTokenizers.byteLevel(DECODER_SPECIALS));
    write(
        folder.resolve("tokenizer_config.json"),
        StrictJson.MAPPER
            .createObjectNode()
            .put("bos_token", "<|im_start|>")
            .put("eos_token", "<|im_end|>")
            .put("chat_template", CHATML));
    SeededWeights weights = new SeededWeights(SEED);
    weights.matrix("model.embed_tokens.weight", vocabulary, HIDDEN);
    for (int layer = 0; layer < LAYERS; layer++) {
      String prefix = "model.layers." + layer + ".";
      weights.ones(prefix + "input_layernorm.weight", HIDDEN);
      weights.matrix(prefix + "self_attn.q_proj.weight", HIDDEN, HIDDEN);
      weights.matrix(prefix + "self_attn.k_proj.weight", KV_WIDTH, HIDDEN);
      weights.matrix(prefix + "self_attn.v_proj.weight", KV_WIDTH, HIDDEN);
      weights.matrix(prefix + "self_attn.o_proj.weight", HIDDEN, HIDDEN);
      weights.ones(prefix + "post_attention_layernorm.weight", HIDDEN);
      weights.matrix(prefix + "mlp.gate_proj.weight", INTERMEDIATE, HIDDEN);
      weights.matrix(prefix + "mlp.up_proj.weight", INTERMEDIATE, HIDDEN);
      weights.matrix(prefix + "mlp.down_proj.weight", HIDDEN, INTERMEDIATE);
    }
    weights.ones("model.norm.weight", HIDDEN);
    weights.write(folder.resolve("model.safetensors"));
  }

  private static void write(Path file, ObjectNode json) {
    try {
      Files.createDirectories(file.getParent());
      Files.write(file, StrictJson.MAPPER.writeValueAsBytes(json));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
