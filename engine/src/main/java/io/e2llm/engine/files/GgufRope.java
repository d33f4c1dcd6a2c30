package io.e2llm.engine.files;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.e2llm.engine.ModelException;
import io.e2llm.engine.OneLine;
import io.e2llm.engine.weights.GgufFile;
import io.e2llm.engine.weights.GgufMetadata;

/** Scaling of the rotary embedding, from a GGUF file's metadata to {@code rope_scaling}. */
final class GgufRope {
  private GgufRope() {}

  static void describe(GgufFile file, String prefix, ObjectNode config) {
    GgufMetadata metadata = file.metadata();
    String typeKey = prefix + "rope.scaling.type";
    String type = metadata.string(typeKey).orElse("none");
    if (file.hasTensor("rope_freqs.weight")) {
      throw new ModelException(
          metadata.file() + ": tensor rope_freqs.weight: factors are not supported");
    }
    switch (type) {
      case "none" -> {}
      case "linear" ->
          config
              .putObject("rope_scaling")
              .put("rope_type", "linear")
              .put("factor", metadata.number(prefix + "rope.scaling.factor").orElse(1));
      default ->
          throw new ModelException(
              metadata.file() + ": " + typeKey + ": " + OneLine.of(type) + " is not supported");
    }
  }
}
