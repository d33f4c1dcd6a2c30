package io.e2llm.engine.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.e2llm.engine.StrictJson;
import io.e2llm.engine.chat.ChatTemplate;
import io.e2llm.engine.chat.JinjaChatTemplate;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Finds the chat template and the texts of special tokens in a Hugging Face folder. */
final class ChatFiles {
  private ChatFiles() {}

  static Optional<ChatTemplate> template(Path folder) {
    return source(folder)
        .map(
            source ->
                JinjaChatTemplate.of(
                    source, token(folder, "bos_token"), token(folder, "eos_token")));
  }

  private static Optional<String> source(Path folder) {
    Path file = folder.resolve("chat_template.jinja");
    if (Files.isRegularFile(file)) {
      return Optional.of(new String(StrictJson.readBytes(file), StandardCharsets.UTF_8));
    }
    JsonNode template = json(folder, "tokenizer_config.json").path("chat_template");
    if (template.isArray()) {
      for (JsonNode named : template) {
        if (named.path("name").asText().equals("default")) {
          return Optional.of(named.path("template").asText());
        }
      }
      return Optional.empty();
    }
    return template.isTextual() ? Optional.of(template.asText()) : Optional.empty();
  }

  /** The text of a special token; empty when the model has none. */
  static String token(Path folder, String key) {
    JsonNode token = json(folder, "tokenizer_config.json").path(key);
    if (token.isMissingNode() || token.isNull()) {
      token = json(folder, "special_tokens_map.json").path(key);
    }
    return token.isObject() ? token.path("content").asText() : token.asText("");
  }

  private static JsonNode json(Path folder, String name) {
    Path file = folder.resolve(name);
    return Files.isRegularFile(file) ? StrictJson.readObject(file) : MissingNode.getInstance();
  }
}
