package io.e2llm.engine.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

/**
 * A tokenizer that no text can make emit an added token. Leaving out {@code added_tokens} stops the
 * search for them; where the model's own vocabulary holds them too they get names that nobody can
 * write, so that no merge, no word and no piece yields them.
 */
final class TextOnly {
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Map<String, String> names = new HashMap<>();
  private final ObjectNode json;

  private TextOnly(ObjectNode tokenizer) {
    json = tokenizer.deepCopy();
    for (JsonNode token : tokenizer.path("added_tokens")) {
      byte[] nonce = new byte[16];
      RANDOM.nextBytes(nonce);
      names.put(token.path("content").asText(), "\uFFFF" + HexFormat.of().formatHex(nonce));
    }
  }

  /** The text-only form of a {@code tokenizer.json}, which is left as it is. */
  static ObjectNode of(ObjectNode tokenizer) {
    TextOnly form = new TextOnly(tokenizer);
    form.json.putArray("added_tokens");
    form.json.putNull("post_processor");
    if (form.json.path("model") instanceof ObjectNode model) {
      form.rename(model);
    }
    return form.json;
  }

  private void rename(ObjectNode model) {
    String unknown = names.get(model.path("unk_token").asText());
    if (unknown != null) {
      model.put("unk_token", unknown);
    }
    if (model.path("vocab") instanceof ObjectNode byName) {
      ObjectNode renamed = model.objectNode();
      byName.properties().forEach(e -> renamed.set(newName(e.getKey()), e.getValue()));
      model.set("vocab", renamed);
    } else if (model.path("vocab") instanceof ArrayNode pieces) {
      for (JsonNode piece : pieces) {
        if (piece instanceof ArrayNode pair && pair.size() == 2) {
          pair.set(0, newName(pair.get(0).asText()));
        }
      }
    }
    if (model.path("merges") instanceof ArrayNode merges) {
      ArrayNode kept = model.arrayNode();
      for (JsonNode merge : merges) {
        if (!touches(merge)) {
          kept.add(merge);
        }
      }
      model.set("merges", kept);
    }
  }

  private String newName(String token) {
    return names.getOrDefault(token, token);
  }

  /** Whether a merge takes or makes an added token. */
  private boolean touches(JsonNode merge) {
    String left;
    String right;
    if (merge.isArray()) {
      left = merge.path(0).asText();
      right = merge.path(1).asText();
    } else {
      String text = merge.asText();
      int space = text.indexOf(' ');
      left = space < 0 ? text : text.substring(0, space);
      right = text.substring(space + 1);
    }
    return names.containsKey(left) || names.containsKey(right) || names.containsKey(left + right);
  }
}
