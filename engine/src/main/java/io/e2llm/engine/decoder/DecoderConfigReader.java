package io.e2llm.engine.decoder;

import com.fasterxml.jackson.databind.JsonNode;
import io.e2llm.engine.ModelException;
import io.e2llm.engine.OneLine;
import java.util.Set;

/**
 * Reads a decoder's {@code config.json} and refuses, by the name of the field, whatever it does not
 * understand: a model that computes something else must not run as if it did not.
 */
final class DecoderConfigReader {
  private static final Set<String> FAMILIES = Set.of("llama", "qwen2", "mistral");
  private static final int MOST = 1 << 28;

  private final JsonNode config;

  private DecoderConfigReader(JsonNode config) {
    this.config = config;
  }

  /**
   * Reads the configuration of a family.
   *
   * @throws ModelException naming the field
   */
  static DecoderConfig read(String family, JsonNode config) {
    return new DecoderConfigReader(config).read(family);
  }

  private DecoderConfig read(String family) {
    if (!FAMILIES.contains(family)) {
      throw refuse("model_type", family);
    }
    refuseOthers(family);
    int hidden = integer("hidden_size", 1);
    int heads = integer("num_attention_heads", 1);
    int kvHeads = present("num_key_value_heads") ? integer("num_key_value_heads", 1) : heads;
    int headSize = present("head_dim") ? integer("head_dim", 2) : hidden / heads;
    if (heads % kvHeads != 0) {
      throw refuse("num_key_value_heads", kvHeads + " for " + heads + " heads");
    }
    if (headSize < 2 || headSize % 2 != 0) {
      throw refuse("head_dim", String.valueOf(headSize));
    }
    int window = integer("max_position_embeddings", 1);
    return new DecoderConfig(
        family,
        integer("num_hidden_layers", 1),
        hidden,
        heads,
        kvHeads,
        headSize,
        integer("intermediate_size", 1),
        integer("vocab_size", 1),
        window,
        slidingWindow(family, window),
        positive(config, "rms_norm_eps"),
        config.path("tie_word_embeddings").asBoolean(false),
        new Rope(present("rope_theta") ? positive(config, "rope_theta") : 10_000, scaling()));
  }

  /** Fields that change the maths and have one value that is understood. */
  private void refuseOthers(String family) {
    String activation = config.path("hidden_act").asText("silu");
    if (!activation.equals("silu")) {
      throw refuse("hidden_act", activation);
    }
    refuseTrue("mlp_bias");
    if (!family.equals("qwen2")) {
      refuseTrue("attention_bias");
    }
    if (present("pretraining_tp") && config.path("pretraining_tp").asInt() != 1) {
      throw refuse("pretraining_tp", config.path("pretraining_tp").asText());
    }
    JsonNode partial = config.path("partial_rotary_factor");
    if (present("partial_rotary_factor") && partial.asDouble() != 1) {
      throw refuse("partial_rotary_factor", partial.asText());
    }
    if (present("quantization_config")) {
      throw refuse("quantization_config", "quantized checkpoints");
    }
    for (JsonNode type : config.path("layer_types")) {
      String attention = type.asText();
      boolean known = attention.equals(uniformAttention(family));
      if (!known) {
        throw refuse("layer_types", attention);
      }
    }
  }

  private String uniformAttention(String family) {
    return family.equals("mistral") && present("sliding_window")
        ? "sliding_attention"
        : "full_attention";
  }

  private int slidingWindow(String family, int window) {
    if (!present("sliding_window")) {
      return 0;
    }
    boolean used = config.path("use_sliding_window").asBoolean(family.equals("mistral"));
    if (!used) {
      return 0;
    }
    int slidingWindow = integer("sliding_window", 1);
    if (!family.equals("mistral") && slidingWindow < window) {
      throw refuse("sliding_window", String.valueOf(slidingWindow));
    }
    return family.equals("mistral") && slidingWindow < window ? slidingWindow : 0;
  }

  private Rope.Scaling scaling() {
    JsonNode scaling = config.path("rope_scaling");
    if (scaling.isMissingNode() || scaling.isNull()) {
      return new Rope.None();
    }
    String type = scaling.path("rope_type").asText(scaling.path("type").asText("default"));
    return switch (type) {
      case "default" -> new Rope.None();
      case "linear" -> new Rope.Linear(positive(scaling, "factor"));
      case "llama3" -> llama3(scaling);
      default -> throw refuse("rope_scaling", type);
    };
  }

  private Rope.Scaling llama3(JsonNode scaling) {
    double low = positive(scaling, "low_freq_factor");
    double high = positive(scaling, "high_freq_factor");
    if (high <= low) {
      throw refuse("high_freq_factor", String.valueOf(high));
    }
    return new Rope.Llama3(
        positive(scaling, "factor"),
        low,
        high,
        positive(scaling, "original_max_position_embeddings"));
  }

  private boolean present(String field) {
    return config.hasNonNull(field);
  }

  private int integer(String field, int least) {
    JsonNode value = config.path(field);
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw new ModelException("config.json: " + field + ": not a whole number");
    }
    if (value.asInt() < least || value.asInt() > MOST) {
      throw refuse(field, value.asText());
    }
    return value.asInt();
  }

  private static double positive(JsonNode object, String field) {
    JsonNode value = object.path(field);
    double number = value.asDouble();
    if (!value.isNumber() || !(number > 0) || Double.isInfinite(number)) {
      throw new ModelException("config.json: " + field + ": not a positive number");
    }
    return number;
  }

  private void refuseTrue(String field) {
    if (config.path(field).asBoolean(false)) {
      throw refuse(field, "true");
    }
  }

  private static ModelException refuse(String field, String value) {
    return new ModelException(
        "config.json: " + field + ": " + OneLine.of(value) + " is not supported");
  }
}
