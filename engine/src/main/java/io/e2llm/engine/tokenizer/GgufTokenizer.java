package io.e2llm.engine.tokenizer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.e2llm.engine.ModelException;
import io.e2llm.engine.OneLine;
import io.e2llm.engine.StrictJson;
import io.e2llm.engine.weights.GgufMetadata;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Makes the {@code tokenizer.json} that is equivalent to the vocabulary inside a GGUF file. */
public final class GgufTokenizer {
  private static final int UNKNOWN = 2;
  private static final int CONTROL = 3;
  private static final int USER_DEFINED = 4;

  private final GgufMetadata metadata;
  private final List<String> tokens;
  private final ObjectNode json = StrictJson.MAPPER.createObjectNode();

  private GgufTokenizer(GgufMetadata metadata) {
    this.metadata = metadata;
    tokens = metadata.strings("tokenizer.ggml.tokens").orElseThrow(() -> missing("tokens"));
  }

  /**
   * The JSON, UTF-8.
   *
   * @throws ModelException when the kind of vocabulary is not supported
   */
  public static byte[] json(GgufMetadata metadata) {
    return new GgufTokenizer(metadata).build();
  }

  private byte[] build() {
    String kind = metadata.string("tokenizer.ggml.model").orElseThrow(() -> missing("model"));
    json.put("version", "1.0").putNull("truncation").putNull("padding");
    addedTokens();
    switch (kind) {
      case "gpt2" -> byteLevel();
      case "llama" -> SentencePieceModel.describe(json, metadata, tokens);
      default -> throw unsupported("model", kind);
    }
    postProcessor();
    try {
      return StrictJson.MAPPER.writeValueAsBytes(json);
    } catch (JsonProcessingException e) {
      throw new ModelException(metadata.file() + ": tokenizer.ggml.tokens: cannot be written", e);
    }
  }

  private void addedTokens() {
    ArrayNode added = json.putArray("added_tokens");
    long[] types =
        metadata.integers("tokenizer.ggml.token_type").orElseThrow(() -> missing("token_type"));
    if (types.length != tokens.size()) {
      throw new ModelException(
          "%s: tokenizer.ggml.token_type: %d entries for %d tokens"
              .formatted(metadata.file(), types.length, tokens.size()));
    }
    for (int id = 0; id < types.length; id++) {
      boolean special = types[id] == CONTROL || types[id] == UNKNOWN;
      if (special || types[id] == USER_DEFINED) {
        added
            .addObject()
            .put("id", id)
            .put("content", tokens.get(id))
            .put("single_word", false)
            .put("lstrip", false)
            .put("rstrip", false)
            .put("normalized", false)
            .put("special", special);
      }
    }
  }

  private void byteLevel() {
    String name = metadata.string("tokenizer.ggml.pre").orElseThrow(() -> missing("pre"));
    PreTokenizer kind = PreTokenizer.named(name).orElseThrow(() -> unsupported("pre", name));
    kind.describe(json);
    json.putObject("decoder")
        .put("type", "ByteLevel")
        .put("add_prefix_space", true)
        .put("trim_offsets", true)
        .put("use_regex", true);
    ObjectNode model =
        json.putObject("model")
            .put("type", "BPE")
            .putNull("dropout")
            .putNull("unk_token")
            .putNull("continuing_subword_prefix")
            .putNull("end_of_word_suffix")
            .put("fuse_unk", false)
            .put("byte_fallback", false)
            .put("ignore_merges", kind.ignoresMerges());
    model.set("vocab", vocabulary(tokens, metadata));
    ArrayNode merges = model.putArray("merges");
    for (String merge :
        metadata.strings("tokenizer.ggml.merges").orElseThrow(() -> missing("merges"))) {
      int space = merge.indexOf(' ', 1);
      if (space < 0) {
        throw new ModelException(metadata.file() + ": tokenizer.ggml.merges: " + OneLine.of(merge));
      }
      merges.addArray().add(merge.substring(0, space)).add(merge.substring(space + 1));
    }
  }

  /** Ids by token. */
  static ObjectNode vocabulary(List<String> tokens, GgufMetadata metadata) {
    Map<String, Integer> seen = new HashMap<>();
    ObjectNode vocabulary = StrictJson.MAPPER.createObjectNode();
    for (int id = 0; id < tokens.size(); id++) {
      Integer first = seen.putIfAbsent(tokens.get(id), id);
      if (first != null) {
        throw new ModelException(
            "%s: tokenizer.ggml.tokens: %d and %d are the same"
                .formatted(metadata.file(), first, id));
      }
      vocabulary.put(tokens.get(id), id);
    }
    return vocabulary;
  }

  private void postProcessor() {
    boolean sentencePiece = metadata.string("tokenizer.ggml.model").orElse("").equals("llama");
    boolean first = metadata.flag("tokenizer.ggml.add_bos_token", sentencePiece);
    boolean last = metadata.flag("tokenizer.ggml.add_eos_token", false);
    if (!first && !last) {
      json.putNull("post_processor");
      return;
    }
    ObjectNode processor = json.putObject("post_processor").put("type", "TemplateProcessing");
    ArrayNode single = processor.putArray("single");
    ArrayNode pair = processor.putArray("pair");
    ObjectNode specials = processor.putObject("special_tokens");
    if (first) {
      special("bos", single, pair, specials);
    }
    single.addObject().putObject("Sequence").put("id", "A").put("type_id", 0);
    pair.addObject().putObject("Sequence").put("id", "A").put("type_id", 0);
    pair.addObject().putObject("Sequence").put("id", "B").put("type_id", 1);
    if (last) {
      special("eos", single, pair, specials);
    }
  }

  private void special(String which, ArrayNode single, ArrayNode pair, ObjectNode specials) {
    int id = metadata.require("tokenizer.ggml." + which + "_token_id", 0, tokens.size() - 1);
    String token = tokens.get(id);
    single.addObject().putObject("SpecialToken").put("id", token).put("type_id", 0);
    pair.addObject().putObject("SpecialToken").put("id", token).put("type_id", 0);
    ObjectNode special = specials.putObject(token).put("id", token);
    special.putArray("ids").add(id);
    special.putArray("tokens").add(token);
  }

  private ModelException missing(String key) {
    return new ModelException(metadata.file() + ": tokenizer.ggml." + key + " is missing");
  }

  private ModelException unsupported(String key, String value) {
    return new ModelException(
        metadata.file()
            + ": tokenizer.ggml."
            + key
            + ": "
            + OneLine.of(value)
            + " is not supported");
  }
}
