package io.e2llm.engine.encoder;

import com.fasterxml.jackson.databind.JsonNode;
import io.e2llm.engine.ModelException;
import io.e2llm.engine.OneLine;
import io.e2llm.engine.files.ModelFiles;
import java.util.Set;

/**
 * What the maths of a BERT, RoBERTa or XLM-RoBERTa needs from {@code config.json}.
 *
 * @param firstPosition the position embedding of a text's first token
 * @param positions rows of the table of position embeddings
 */
record EncoderConfig(
    int vocabulary,
    int hiddenSize,
    int layers,
    int heads,
    int intermediateSize,
    int firstPosition,
    int positions,
    int tokenTypes,
    double epsilon) {
  private static final Set<String> FAMILIES = Set.of("bert", "roberta", "xlm-roberta");
  private static final int MOST_WIDTH = 1 << 16;
  private static final int MOST_ROWS = 1 << 22;
  private static final int MOST_LAYERS = 512;
  private static final double DEFAULT_EPSILON = 1e-12;

  /**
   * Reads and checks.
   *
   * @throws ModelException naming the field that is missing, wrong or asks for other maths
   */
  static EncoderConfig of(ModelFiles files) {
    JsonNode json = files.config();
    if (!FAMILIES.contains(files.family())) {
      throw new ModelException(
          "config.json: model_type: " + files.family() + " is not a text encoder");
    }
    only(json, "hidden_act", "gelu");
    only(json, "position_embedding_type", "absolute");
    refuse(json, "is_decoder");
    refuse(json, "add_cross_attention");
    refuse(json, "quantization_config");
    EncoderConfig config =
        new EncoderConfig(
            integer(json, "vocab_size", MOST_ROWS),
            integer(json, "hidden_size", MOST_WIDTH),
            integer(json, "num_hidden_layers", MOST_LAYERS),
            integer(json, "num_attention_heads", MOST_WIDTH),
            integer(json, "intermediate_size", MOST_WIDTH),
            files.family().equals("bert") ? 0 : paddingId(json) + 1,
            integer(json, "max_position_embeddings", MOST_ROWS),
            integer(json, "type_vocab_size", MOST_ROWS),
            epsilon(json));
    if (config.hiddenSize % config.heads != 0) {
      throw new ModelException(
          "config.json: num_attention_heads: %d do not divide hidden_size %d"
              .formatted(config.heads, config.hiddenSize));
    }
    if (config.positions <= config.firstPosition) {
      throw new ModelException(
          "config.json: max_position_embeddings: none is left from position "
              + config.firstPosition);
    }
    return config;
  }

  /** Longest text in tokens, specials included. */
  int mostTokens() {
    return positions - firstPosition;
  }

  private static void only(JsonNode json, String field, String supported) {
    String value = json.path(field).asText(supported);
    if (!value.equals(supported)) {
      throw new ModelException(
          "config.json: %s: %s is not supported; %s is"
              .formatted(field, OneLine.of(value), supported));
    }
  }

  private static void refuse(JsonNode json, String field) {
    JsonNode value = json.path(field);
    if (value.isObject() || value.asBoolean()) {
      throw new ModelException("config.json: " + field + " is not supported");
    }
  }

  /** RoBERTa counts positions from the number after the padding token's. */
  private static int paddingId(JsonNode json) {
    JsonNode id = json.path("pad_token_id");
    if (id.isMissingNode()) {
      return 1; // RoBERTa's own default
    }
    if (!id.isInt() || id.asInt() < 0) {
      throw new ModelException("config.json: pad_token_id: an id is wanted");
    }
    return id.asInt();
  }

  private static int integer(JsonNode json, String field, int most) {
    JsonNode value = json.path(field);
    if (!value.isInt() || value.asInt() < 1 || value.asInt() > most) {
      throw new ModelException(
          "config.json: " + field + ": a whole number from 1 to " + most + " is wanted");
    }
    return value.asInt();
  }

  private static double epsilon(JsonNode json) {
    double value = json.path("layer_norm_eps").asDouble(DEFAULT_EPSILON);
    if (!(value > 0 && value < 1)) {
      throw new ModelException("config.json: layer_norm_eps: a number in (0, 1) is wanted");
    }
    return value;
  }
}
