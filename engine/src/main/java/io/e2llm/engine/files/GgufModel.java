package io.e2llm.engine.files;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.e2llm.engine.ModelException;
import io.e2llm.engine.chat.ChatTemplate;
import io.e2llm.engine.chat.JinjaChatTemplate;
import io.e2llm.engine.tokenizer.GgufTokenizer;
import io.e2llm.engine.weights.GgufFile;
import io.e2llm.engine.weights.GgufMetadata;
import io.e2llm.engine.weights.GgufNames;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads a GGUF file as a Hugging Face model. */
final class GgufModel {
  /** Ends of a turn that converters forget to name. */
  private static final Set<String> TURN_ENDS = Set.of("<|eot_id|>", "<|im_end|>");

  private static final long CONTROL = 3;

  private GgufModel() {}

  static ModelFiles open(Path path) {
    GgufFile file = GgufFile.open(path);
    boolean opened = false;
    try {
      GgufMetadata metadata = file.metadata();
      String family = GgufConfig.family(metadata);
      ObjectNode config = GgufConfig.of(file);
      Path root = Optional.ofNullable(path.toAbsolutePath().getParent()).orElse(path);
      OpenModel.Facts facts =
          new OpenModel.Facts(
              path.getFileName().toString().replaceFirst("\\.gguf$", ""),
              family,
              config,
              chatTemplate(metadata),
              endTokens(metadata),
              Optional.empty(),
              root,
              List.of(path.toAbsolutePath()));
      GgufNames names = new GgufNames(family.equals("llama"), config.path("head_dim").asInt());
      ModelFiles model =
          new OpenModel(
              facts, () -> file.weights(names), () -> GgufTokenizer.json(metadata), file::close);
      opened = true;
      return model;
    } finally {
      if (!opened) {
        file.close();
      }
    }
  }

  private static Optional<ChatTemplate> chatTemplate(GgufMetadata metadata) {
    return metadata
        .string("tokenizer.chat_template")
        .map(
            source -> JinjaChatTemplate.of(source, token(metadata, "bos"), token(metadata, "eos")));
  }

  private static String token(GgufMetadata metadata, String which) {
    String key = "tokenizer.ggml." + which + "_token_id";
    List<String> tokens = metadata.strings("tokenizer.ggml.tokens").orElse(List.of());
    return metadata.has(key) ? tokens.get(metadata.require(key, 0, tokens.size() - 1)) : "";
  }

  private static Set<Integer> endTokens(GgufMetadata metadata) {
    List<String> tokens = metadata.strings("tokenizer.ggml.tokens").orElse(List.of());
    long[] types = metadata.integers("tokenizer.ggml.token_type").orElse(new long[0]);
    Set<Integer> ends = new LinkedHashSet<>();
    for (String which : List.of("eos", "eot", "eom")) {
      String key = "tokenizer.ggml." + which + "_token_id";
      if (metadata.has(key)) {
        ends.add(metadata.require(key, 0, tokens.size() - 1));
      }
    }
    for (int id = 0; id < Math.min(types.length, tokens.size()); id++) {
      if (types[id] == CONTROL && TURN_ENDS.contains(tokens.get(id))) {
        ends.add(id);
      }
    }
    if (ends.isEmpty()) {
      throw new ModelException(metadata.file() + ": tokenizer.ggml.eos_token_id is missing");
    }
    return Set.copyOf(ends);
  }
}
