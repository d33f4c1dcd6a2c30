package io.e2llm.engine.tokenizer;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * How byte-level models cut text into words before merging, by the names that GGUF files give the
 * ways. A missing name is not guessed at: the ids would be wrong in silence.
 */
enum PreTokenizer {
  /** The words of GPT-2. */
  GPT2,
  /** Single digits, then the words of GPT-2. */
  SMOLLM,
  /** Llama 3: digits in threes, line ends apart; whole words found in the vocabulary stay whole. */
  LLAMA3,
  /** Qwen2: as Llama 3 with single digits, after composing characters (NFC). */
  QWEN2;

  private static final String CONTRACTIONS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
  private static final String LETTERS = "[^\\r\\n\\p{L}\\p{N}]?\\p{L}+";
  private static final String REST =
      " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

  static Optional<PreTokenizer> named(String pre) {
    return switch (pre) {
      case "gpt-2" -> Optional.of(GPT2);
      case "smollm" -> Optional.of(SMOLLM);
      case "llama-bpe", "llama3", "llama-v3" -> Optional.of(LLAMA3);
      case "qwen2", "deepseek-r1-qwen" -> Optional.of(QWEN2);
      default -> Optional.empty();
    };
  }

  /** Whether a word that is a token needs no merges. */
  boolean ignoresMerges() {
    return this == LLAMA3;
  }

  /** Writes {@code normalizer} and {@code pre_tokenizer}. */
  void describe(ObjectNode tokenizer) {
    if (this == QWEN2) {
      tokenizer.putObject("normalizer").put("type", "NFC");
    } else {
      tokenizer.putNull("normalizer");
    }
    switch (this) {
      case GPT2 -> byteLevel(tokenizer.putObject("pre_tokenizer"), true);
      case SMOLLM -> {
        ArrayNode steps = sequence(tokenizer);
        steps.addObject().put("type", "Digits").put("individual_digits", true);
        byteLevel(steps.addObject(), true);
      }
      case LLAMA3 -> split(sequence(tokenizer), "\\p{N}{1,3}");
      case QWEN2 -> split(sequence(tokenizer), "\\p{N}");
    }
  }

  private static ArrayNode sequence(ObjectNode tokenizer) {
    return tokenizer.putObject("pre_tokenizer").put("type", "Sequence").putArray("pretokenizers");
  }

  private static void split(ArrayNode steps, String digits) {
    ObjectNode split = steps.addObject().put("type", "Split");
    split.putObject("pattern").put("Regex", String.join("|", CONTRACTIONS, LETTERS, digits, REST));
    split.put("behavior", "Isolated").put("invert", false);
    byteLevel(steps.addObject(), false);
  }

  private static void byteLevel(ObjectNode step, boolean words) {
    step.put("type", "ByteLevel")
        .put("add_prefix_space", false)
        .put("trim_offsets", true)
        .put("use_regex", words);
  }
}
