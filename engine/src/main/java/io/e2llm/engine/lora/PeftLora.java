package io.e2llm.engine.lora;

import com.fasterxml.jackson.databind.JsonNode;
import io.e2llm.engine.ModelException;
import io.e2llm.engine.OneLine;
import io.e2llm.engine.StrictJson;
import io.e2llm.engine.weights.Safetensors;
import io.e2llm.engine.weights.Weights;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * LoRA as Hugging Face's PEFT writes it: {@code adapter_config.json} and {@code
 * adapter_model.safetensors}. Variants that compute something else are refused. Immutable.
 *
 * @param spec rank, alpha and the layers it stands beside
 * @param pairs by the names of the layers in the checkpoint
 */
public record PeftLora(LoraSpec spec, Map<String, LoraPair> pairs) {
  private static final String CONFIG = "adapter_config.json";
  private static final String TENSORS = "adapter_model.safetensors";
  private static final String ROOT = "base_model.model.";
  private static final String A = ".lora_A.weight";
  private static final String B = ".lora_B.weight";

  /** Fields that must be absent, null, false or empty: with them the layer computes otherwise. */
  private static final List<String> REFUSED =
      List.of(
          "use_dora",
          "rank_pattern",
          "alpha_pattern",
          "modules_to_save",
          "lora_bias",
          "fan_in_fan_out",
          "layer_replication",
          "megatron_config");

  /** Copies the map. */
  public PeftLora {
    pairs = Map.copyOf(pairs);
  }

  /**
   * Reads a folder.
   *
   * @throws ModelException when it is not LoRA of this kind; the message names file and field
   */
  public static PeftLora read(Path folder) {
    JsonNode config = StrictJson.readObject(folder.resolve(CONFIG));
    if (!config.path("peft_type").asText().equals("LORA")) {
      throw wrong("peft_type", OneLine.of(config.path("peft_type").asText()) + " is not LORA");
    }
    for (String field : REFUSED) {
      JsonNode value = config.path(field);
      boolean off =
          value.isMissingNode() || value.isNull() || (value.isEmpty() && !value.isValueNode());
      if (!off && !(value.isBoolean() && !value.booleanValue())) {
        throw wrong(field, "is not supported");
      }
    }
    if (!config.path("bias").asText("none").equals("none")) {
      throw wrong("bias", OneLine.of(config.path("bias").asText()) + " is not supported");
    }
    int rank = config.path("r").asInt();
    double alpha = config.path("lora_alpha").asDouble(Double.NaN);
    if (rank < 1 || !Double.isFinite(alpha)) {
      throw wrong("r", "a rank above 0 and a lora_alpha are wanted");
    }
    double factor = config.path("use_rslora").asBoolean() ? alpha / Math.sqrt(rank) : alpha / rank;
    Map<String, LoraPair> pairs = pairs(folder, rank);
    return new PeftLora(new LoraSpec(rank, factor * rank, targets(pairs.keySet())), pairs);
  }

  private static Map<String, LoraPair> pairs(Path folder, int rank) {
    Map<String, LoraPair> pairs = new LinkedHashMap<>();
    try (Weights weights = Safetensors.open(folder.resolve(TENSORS))) {
      for (String name : weights.tensors().keySet()) {
        if (!name.startsWith(ROOT) || !(name.endsWith(A) || name.endsWith(B))) {
          throw new ModelException(
              TENSORS + ": tensor " + OneLine.of(name) + ": is no part of LoRA");
        }
        String end = name.endsWith(A) ? A : B;
        String layer = name.substring(ROOT.length(), name.length() - end.length());
        if (!pairs.containsKey(layer)) {
          String root = ROOT + layer;
          pairs.put(layer, LoraPair.read(weights, TENSORS, root + A, root + B, rank));
        }
      }
    }
    if (pairs.isEmpty()) {
      throw new ModelException(TENSORS + ": no LoRA in it");
    }
    return pairs;
  }

  /** What stands behind the layers' numbers, for example {@code self_attn.q_proj}. */
  private static List<String> targets(Set<String> layers) {
    Set<String> targets = new TreeSet<>();
    for (String layer : layers) {
      targets.add(layer.replaceFirst("^.*\\.\\d+\\.", ""));
    }
    return List.copyOf(targets);
  }

  private static ModelException wrong(String field, String why) {
    return new ModelException(CONFIG + ": " + field + ": " + why);
  }
}
