package io.e2llm.engine.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.e2llm.engine.ModelException;
import io.e2llm.engine.OneLine;
import io.e2llm.engine.StrictJson;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Reads the files that sentence-transformers keeps beside an encoder. */
final class SentenceEncoderFiles {
  private SentenceEncoderFiles() {}

  static SentenceEncoderSettings settings(Path folder, JsonNode config) {
    boolean normalized = false;
    Path modules = folder.resolve("modules.json");
    String pooling = "1_Pooling";
    if (Files.isRegularFile(modules)) {
      for (JsonNode module : StrictJson.parse(StrictJson.readBytes(modules), "modules.json")) {
        String type = module.path("type").asText().replaceFirst(".*\\.", "");
        switch (type) {
          case "Transformer" -> {}
          case "Pooling" -> pooling = module.path("path").asText();
          case "Normalize" -> normalized = true;
          default ->
              throw new ModelException(
                  "modules.json: type: " + OneLine.of(type) + " is not supported");
        }
      }
    }
    if (!pooling.matches("[A-Za-z0-9_-]+")) {
      throw new ModelException("modules.json: path: " + OneLine.of(pooling));
    }
    JsonNode prompts =
        optional(folder.resolve("config_sentence_transformers.json")).path("prompts");
    return new SentenceEncoderSettings(
        pooling(optional(folder.resolve(pooling).resolve("config.json"))),
        maxTokens(folder, config),
        normalized,
        prompts.path("query").asText(""),
        prompt(prompts));
  }

  private static String prompt(JsonNode prompts) {
    for (String name : new String[] {"passage", "document", "corpus"}) {
      if (prompts.path(name).isTextual()) {
        return prompts.path(name).asText();
      }
    }
    return "";
  }

  /** Mean pooling where nothing is said, as sentence-transformers does. */
  private static SentenceEncoderSettings.Pooling pooling(JsonNode config) {
    boolean cls = false;
    boolean mean = false;
    for (Map.Entry<String, JsonNode> entry : config.properties()) {
      if (entry.getKey().startsWith("pooling_mode_") && entry.getValue().asBoolean()) {
        switch (entry.getKey()) {
          case "pooling_mode_cls_token" -> cls = true;
          case "pooling_mode_mean_tokens" -> mean = true;
          default ->
              throw new ModelException(
                  "1_Pooling/config.json: " + OneLine.of(entry.getKey()) + " is not supported");
        }
      }
    }
    if (cls && mean) {
      throw new ModelException("1_Pooling/config.json: pooling_mode: only one is supported");
    }
    return cls ? SentenceEncoderSettings.Pooling.CLS : SentenceEncoderSettings.Pooling.MEAN;
  }

  private static int maxTokens(Path folder, JsonNode config) {
    int positions = config.path("max_position_embeddings").asInt(512);
    if (!config.path("model_type").asText().equals("bert")) {
      positions -= config.path("pad_token_id").asInt(1) + 1; // RoBERTa counts from there
    }
    JsonNode most = optional(folder.resolve("sentence_bert_config.json")).path("max_seq_length");
    return most.isInt() && most.asInt() > 0 ? Math.min(most.asInt(), positions) : positions;
  }

  private static JsonNode optional(Path file) {
    return Files.isRegularFile(file) ? StrictJson.readObject(file) : MissingNode.getInstance();
  }
}
