package io.e2llm.engine.weights;

import io.e2llm.engine.ModelException;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names of a decoder's tensors in GGUF, and the order of the rows of q and k.
 *
 * @param permuted whether q and k are stored for an interleaved rotary embedding
 * @param headRows rows of one head
 */
public record GgufNames(boolean permuted, int headRows) {
  private static final Pattern LAYER =
      Pattern.compile("blk\\.([0-9]{1,4})\\.([a-z_]+)\\.(weight|bias)");

  private static final Map<String, String> WHOLE =
      Map.of(
          "token_embd.weight", "model.embed_tokens.weight",
          "output_norm.weight", "model.norm.weight",
          "output.weight", "lm_head.weight",
          "rope_freqs.weight", "rope_freqs.weight");

  private static final Map<String, String> IN_LAYER =
      Map.of(
          "attn_norm", "input_layernorm",
          "ffn_norm", "post_attention_layernorm",
          "attn_q", "self_attn.q_proj",
          "attn_k", "self_attn.k_proj",
          "attn_v", "self_attn.v_proj",
          "attn_output", "self_attn.o_proj",
          "ffn_gate", "mlp.gate_proj",
          "ffn_up", "mlp.up_proj",
          "ffn_down", "mlp.down_proj");

  /** The Hugging Face name, if the families here have such a tensor. */
  Optional<String> translate(String name) {
    String whole = WHOLE.get(name);
    if (whole != null) {
      return Optional.of(whole);
    }
    Matcher layer = LAYER.matcher(name);
    if (!layer.matches()) {
      return Optional.empty();
    }
    String part = IN_LAYER.get(layer.group(2));
    return part == null
        ? Optional.empty()
        : Optional.of("model.layers." + layer.group(1) + "." + part + "." + layer.group(3));
  }

  /** The tensor under its new name, its rows put in order. */
  StoredTensor rename(StoredTensor tensor, String name) {
    TensorInfo info = new TensorInfo(name, tensor.info().type(), tensor.info().shape());
    boolean reorder =
        permuted && (name.contains(".self_attn.q_proj.") || name.contains(".self_attn.k_proj."));
    long rows = info.shape().isEmpty() ? 1 : info.shape().getFirst();
    boolean cut = info.shape().size() < 2 && info.type().blockElements() > 1;
    if (reorder && (rows % headRows != 0 || cut)) {
      throw new ModelException(
          "%s: tensor %s: %d rows of %s in heads of %d"
              .formatted(tensor.file(), tensor.info().name(), rows, info.type(), headRows));
    }
    return new StoredTensor(
        info,
        tensor.file(),
        tensor.channel(),
        tensor.offset(),
        reorder ? RowOrder.interleavedHalves(headRows) : null);
  }
}
