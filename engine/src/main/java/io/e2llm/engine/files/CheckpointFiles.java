package io.e2llm.engine.files;

import com.fasterxml.jackson.databind.JsonNode;
import io.e2llm.engine.ModelException;
import io.e2llm.engine.OneLine;
import io.e2llm.engine.StrictJson;
import io.e2llm.engine.weights.Safetensors;
import io.e2llm.engine.weights.Weights;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;

/** Finds and opens the safetensors files of a Hugging Face folder. */
final class CheckpointFiles {
  private static final String SINGLE = "model.safetensors";
  private static final String INDEX = "model.safetensors.index.json";

  private CheckpointFiles() {}

  /** The file or the shards, sorted by name. */
  static List<Path> in(Path folder) {
    if (Files.isRegularFile(folder.resolve(SINGLE))) {
      return List.of(folder.resolve(SINGLE));
    }
    if (!Files.isRegularFile(folder.resolve(INDEX))) {
      throw new ModelException(SINGLE + ": no such file");
    }
    TreeSet<String> names = new TreeSet<>();
    for (JsonNode shard : StrictJson.readObject(folder.resolve(INDEX)).path("weight_map")) {
      String name = shard.asText();
      if (!name.matches("[A-Za-z0-9._-]+\\.safetensors")) {
        throw new ModelException(INDEX + ": weight_map: " + OneLine.of(name));
      }
      names.add(name);
    }
    if (names.isEmpty()) {
      throw new ModelException(INDEX + ": weight_map: empty");
    }
    return names.stream().map(folder::resolve).toList();
  }

  /** Opens them; an encoder's tensors are named as those of the bare model. */
  static Weights weights(List<Path> files, boolean encoder) {
    return Safetensors.open(files, encoder ? CheckpointFiles::bare : CheckpointFiles::causal);
  }

  private static String bare(String name) {
    return name.replaceFirst("^(bert|roberta)\\.", "")
        .replaceFirst("LayerNorm\\.gamma$", "LayerNorm.weight")
        .replaceFirst("LayerNorm\\.beta$", "LayerNorm.bias");
  }

  /** A bare decoder's tensors lack the prefix that the causal model's have. */
  private static String causal(String name) {
    return name.matches("(embed_tokens|layers|norm)\\..*") ? "model." + name : name;
  }
}
