package io.e2llm.engine.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * The space that SentencePiece's BPE puts before a text, as Llama 2 and Mistral have it. A text in
 * the middle of a prompt must not get one: it goes on where the template stopped.
 */
final class WordStart {
  private WordStart() {}

  /** The tokenizer without that space; empty when it puts none. */
  static Optional<ObjectNode> removed(ObjectNode tokenizer) {
    if (!tokenizer.path("model").path("type").asText().equals("BPE")) {
      return Optional.empty();
    }
    ObjectNode without = tokenizer.deepCopy();
    boolean changed = removePrepend(without);
    changed |= neverPrepend(without.path("pre_tokenizer"));
    return changed ? Optional.of(without) : Optional.empty();
  }

  private static boolean removePrepend(ObjectNode tokenizer) {
    JsonNode normalizer = tokenizer.path("normalizer");
    if (isPrepend(normalizer)) {
      tokenizer.putNull("normalizer");
      return true;
    }
    boolean changed = false;
    if (normalizer.path("normalizers") instanceof ArrayNode steps) {
      for (int i = steps.size() - 1; i >= 0; i--) {
        if (isPrepend(steps.get(i))) {
          steps.remove(i);
          changed = true;
        }
      }
    }
    return changed;
  }

  private static boolean isPrepend(JsonNode normalizer) {
    return normalizer.path("type").asText().equals("Prepend");
  }

  private static boolean neverPrepend(JsonNode preTokenizer) {
    boolean changed = false;
    for (JsonNode step : preTokenizer.path("pretokenizers")) {
      changed |= neverPrepend(step);
    }
    if (preTokenizer instanceof ObjectNode metaspace
        && metaspace.path("type").asText().equals("Metaspace")
        && !metaspace.path("prepend_scheme").asText().equals("never")) {
      metaspace.put("prepend_scheme", "never").remove("add_prefix_space");
      changed = true;
    }
    return changed;
  }
}
