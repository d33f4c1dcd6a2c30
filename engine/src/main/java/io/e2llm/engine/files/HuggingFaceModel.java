package io.e2llm.engine.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.e2llm.engine.ModelException;
import io.e2llm.engine.StrictJson;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Reads a Hugging Face folder. */
final class HuggingFaceModel {
  private final Path folder;
  private final ObjectNode config;
  private final String family;

  private HuggingFaceModel(Path folder) {
    this.folder = folder;
    if (!(StrictJson.readObject(folder.resolve("config.json")) instanceof ObjectNode object)) {
      throw new ModelException("config.json: not a JSON object");
    }
    config = object;
    family =
        ModelFiles.requireFamily("config.json: model_type", config.path("model_type").asText());
    normalizeRope();
  }

  static ModelFiles open(Path path) {
    return new HuggingFaceModel(path.toAbsolutePath().normalize()).open();
  }

  private ModelFiles open() {
    boolean encoder = family.endsWith("bert") || family.endsWith("roberta");
    List<Path> shards = CheckpointFiles.in(folder);
    Path tokenizer = folder.resolve("tokenizer.json");
    if (!Files.isRegularFile(tokenizer)) {
      throw new ModelException("tokenizer.json: no such file");
    }
    OpenModel.Facts facts =
        new OpenModel.Facts(
            String.valueOf(folder.getFileName()),
            family,
            config,
            ChatFiles.template(folder),
            encoder ? Set.of() : endTokens(tokenizer),
            encoder ? Optional.of(SentenceEncoderFiles.settings(folder, config)) : Optional.empty(),
            folder,
            digested(shards));
    return new OpenModel(
        facts,
        () -> CheckpointFiles.weights(shards, encoder),
        () -> StrictJson.readBytes(tokenizer),
        () -> {});
  }

  /** Newer files keep all of the rotary embedding under {@code rope_parameters}. */
  private void normalizeRope() {
    JsonNode parameters = config.path("rope_parameters");
    if (!(parameters instanceof ObjectNode rope)) {
      return;
    }
    if (rope.has("rope_theta")) {
      config.set("rope_theta", rope.get("rope_theta"));
    }
    if (!rope.path("rope_type").asText("default").equals("default")) {
      config.set("rope_scaling", rope.deepCopy().without("rope_theta"));
    }
  }

  private Set<Integer> endTokens(Path tokenizer) {
    Set<Integer> ends = new LinkedHashSet<>();
    addAll(ends, "config.json", config.path("eos_token_id"));
    Path generation = folder.resolve("generation_config.json");
    if (Files.exists(generation)) {
      addAll(
          ends, "generation_config.json", StrictJson.readObject(generation).path("eos_token_id"));
    }
    String text = ChatFiles.token(folder, "eos_token");
    if (!text.isEmpty()) {
      for (JsonNode token : StrictJson.readObject(tokenizer).path("added_tokens")) {
        if (token.path("content").asText().equals(text)) {
          addAll(ends, "tokenizer.json", token.path("id"));
        }
      }
    }
    if (ends.isEmpty()) {
      throw new ModelException("config.json: eos_token_id is missing");
    }
    return Set.copyOf(ends);
  }

  private static void addAll(Set<Integer> ends, String file, JsonNode ids) {
    for (JsonNode id : ids.isArray() ? ids : List.of(ids)) {
      if (id.canConvertToInt() && id.isIntegralNumber() && id.asInt() >= 0) {
        ends.add(id.asInt());
      } else if (!id.isMissingNode() && !id.isNull()) {
        throw new ModelException(file + ": eos_token_id: not an id");
      }
    }
  }

  private List<Path> digested(List<Path> shards) {
    List<Path> files = new ArrayList<>(shards);
    Stream.of(
            "config.json",
            "generation_config.json",
            "tokenizer.json",
            "tokenizer_config.json",
            "chat_template.jinja",
            "modules.json",
            "1_Pooling/config.json",
            "sentence_bert_config.json",
            "config_sentence_transformers.json")
        .map(folder::resolve)
        .filter(Files::isRegularFile)
        .forEach(files::add);
    return files;
  }
}
