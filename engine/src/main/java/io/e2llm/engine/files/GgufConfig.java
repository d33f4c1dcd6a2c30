package io.e2llm.engine.files;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.e2llm.engine.ModelException;
import io.e2llm.engine.OneLine;
import io.e2llm.engine.StrictJson;
import io.e2llm.engine.weights.GgufFile;
import io.e2llm.engine.weights.GgufMetadata;

/** Writes what a GGUF file says of its model under the keys of {@code config.json}. */
final class GgufConfig {
  private static final int LAYERS = 1 << 12;
  private static final int WIDTH = 1 << 20;
  private static final int TOKENS = 1 << 22;
  private static final double DEFAULT_THETA = 10_000;

  private GgufConfig() {}

  static String family(GgufMetadata metadata) {
    String key = "general.architecture";
    String name =
        metadata
            .string(key)
            .orElseThrow(() -> new ModelException(metadata.file() + ": " + key + " is missing"));
    if (!name.equals("llama") && !name.equals("qwen2")) {
      throw new ModelException(
          metadata.file() + ": " + key + ": " + OneLine.of(name) + " is not supported");
    }
    return name;
  }

  static ObjectNode of(GgufFile file) {
    GgufMetadata metadata = file.metadata();
    String family = family(metadata);
    String prefix = family + ".";
    int hidden = metadata.require(prefix + "embedding_length", 1, WIDTH);
    int heads = metadata.require(prefix + "attention.head_count", 1, WIDTH);
    String kvHeads = prefix + "attention.head_count_kv";
    String keyLength = prefix + "attention.key_length";
    int headWidth =
        metadata.has(keyLength) ? metadata.require(keyLength, 2, WIDTH) : hidden / heads;
    refuse(metadata, prefix + "expert_count", 0);
    refuse(metadata, prefix + "attention.value_length", headWidth);
    refuse(metadata, prefix + "rope.dimension_count", headWidth);
    if (headWidth < 2 || headWidth % 2 != 0) {
      throw new ModelException(
          metadata.file() + ": " + prefix + "attention.head_count: heads of " + headWidth);
    }
    ObjectNode config =
        StrictJson.MAPPER
            .createObjectNode()
            .put("model_type", family)
            .put("hidden_size", hidden)
            .put("num_hidden_layers", metadata.require(prefix + "block_count", 1, LAYERS))
            .put("num_attention_heads", heads)
            .put(
                "num_key_value_heads",
                metadata.has(kvHeads) ? metadata.require(kvHeads, 1, heads) : heads)
            .put("head_dim", headWidth)
            .put("intermediate_size", metadata.require(prefix + "feed_forward_length", 1, WIDTH))
            .put("max_position_embeddings", metadata.require(prefix + "context_length", 1, 1 << 28))
            .put("rms_norm_eps", number(metadata, prefix + "attention.layer_norm_rms_epsilon"))
            .put("rope_theta", metadata.number(prefix + "rope.freq_base").orElse(DEFAULT_THETA))
            .put("vocab_size", vocabulary(metadata))
            .put("hidden_act", "silu")
            .put("tie_word_embeddings", !file.hasTensor("output.weight"));
    String slidingWindow = prefix + "attention.sliding_window";
    if (metadata.has(slidingWindow)) {
      config.put("sliding_window", metadata.require(slidingWindow, 1, 1 << 28));
    }
    copyToken(metadata, "bos", config);
    copyToken(metadata, "eos", config);
    GgufRope.describe(file, prefix, config);
    return config;
  }

  private static int vocabulary(GgufMetadata metadata) {
    String key = "tokenizer.ggml.tokens";
    return metadata
        .strings(key)
        .filter(tokens -> !tokens.isEmpty() && tokens.size() <= TOKENS)
        .orElseThrow(() -> new ModelException(metadata.file() + ": " + key + " is missing"))
        .size();
  }

  private static double number(GgufMetadata metadata, String key) {
    double value =
        metadata
            .number(key)
            .orElseThrow(() -> new ModelException(metadata.file() + ": " + key + " is missing"));
    // Files hold binary32; 1e-5 is meant where 9.999999747378752e-6 stands.
    return Double.parseDouble(Float.toString((float) value));
  }

  private static void copyToken(GgufMetadata metadata, String which, ObjectNode config) {
    String key = "tokenizer.ggml." + which + "_token_id";
    if (metadata.has(key)) {
      config.put(which + "_token_id", metadata.require(key, 0, TOKENS));
    }
  }

  private static void refuse(GgufMetadata metadata, String key, long unless) {
    long value = metadata.integer(key).orElse(unless);
    if (value != unless) {
      throw new ModelException(metadata.file() + ": " + key + ": " + value + " is not supported");
    }
  }
}
