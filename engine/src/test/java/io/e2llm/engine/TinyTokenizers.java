package io.e2llm.engine;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.e2llm.engine.tokenizer.ByteLevelAlphabet;
import java.util.List;

/** The {@code tokenizer.json} of the tiny models. */
final class TinyTokenizers {
  private static final List<String> ENCODER_SPECIALS =
      List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]");

  private TinyTokenizers() {}

  /** WordPiece over the characters U+0021 to U+00FF; its tokens are added to {@code pieces}. */
  static ObjectNode wordPiece(ArrayNode pieces) {
    ENCODER_SPECIALS.forEach(pieces::add);
    for (char c = '!'; c <= 0xFF; c++) {
      if (!Character.isISOControl(c) && !Character.isUpperCase(c)) {
        pieces.add(String.valueOf(c));
        pieces.add("##" + c);
      }
    }
    ObjectNode json = start(ENCODER_SPECIALS, 0);
    json.putObject("normalizer")
        .put("type", "BertNormalizer")
        .put("clean_text", true)
        .put("handle_chinese_chars", true)
        .put("strip_accents", false)
        .put("lowercase", true);
    json.putObject("pre_tokenizer").put("type", "BertPreTokenizer");
    ObjectNode processor = json.putObject("post_processor").put("type", "BertProcessing");
    processor.putArray("sep").add("[SEP]").add(ENCODER_SPECIALS.indexOf("[SEP]"));
    processor.putArray("cls").add("[CLS]").add(ENCODER_SPECIALS.indexOf("[CLS]"));
    json.putObject("decoder").put("type", "WordPiece").put("prefix", "##").put("cleanup", true);
    ObjectNode model =
        json.putObject("model")
            .put("type", "WordPiece")
            .put("unk_token", "[UNK]")
            .put("continuing_subword_prefix", "##")
            .put("max_input_chars_per_word", 100);
    ObjectNode vocabulary = model.putObject("vocab");
    for (int id = 0; id < pieces.size(); id++) {
      vocabulary.put(pieces.get(id).asText(), id);
    }
    return json;
  }

  /** Byte-level BPE without merges: ids 0 to 255 are bytes, then the specials. */
  static ObjectNode byteLevel(List<String> specials) {
    ObjectNode json = start(specials, 256);
    json.putNull("normalizer");
    ObjectNode step = json.putObject("pre_tokenizer");
    step.put("type", "ByteLevel").put("add_prefix_space", false);
    step.put("trim_offsets", true).put("use_regex", true);
    json.putNull("post_processor");
    json.set("decoder", step.deepCopy());
    ObjectNode model =
        json.putObject("model")
            .put("type", "BPE")
            .putNull("dropout")
            .putNull("unk_token")
            .putNull("continuing_subword_prefix")
            .putNull("end_of_word_suffix")
            .put("fuse_unk", false)
            .put("byte_fallback", false);
    ObjectNode vocabulary = model.putObject("vocab");
    for (int value = 0; value < 256; value++) {
      vocabulary.put(String.valueOf(ByteLevelAlphabet.characterOf(value)), value);
    }
    model.putArray("merges");
    return json;
  }

  private static ObjectNode start(List<String> specials, int firstId) {
    ObjectNode json = StrictJson.MAPPER.createObjectNode().put("version", "1.0");
    json.putNull("truncation").putNull("padding");
    ArrayNode added = json.putArray("added_tokens");
    for (int i = 0; i < specials.size(); i++) {
      added
          .addObject()
          .put("id", firstId + i)
          .put("content", specials.get(i))
          .put("single_word", false)
          .put("lstrip", false)
          .put("rstrip", false)
          .put("normalized", false)
          .put("special", true);
    }
    return json;
  }
}
