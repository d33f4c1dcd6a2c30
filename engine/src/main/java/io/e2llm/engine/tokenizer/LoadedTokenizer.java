package io.e2llm.engine.tokenizer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.e2llm.engine.ModelException;
import io.e2llm.engine.StrictJson;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A tokenizer in memory. Holds several of the library's tokenizers: one that knows the added
 * tokens, for templates, and one that does not, for text.
 *
 * <p>A decoder's tokenizer that puts a space before texts (SentencePiece's BPE) puts it only where
 * a template begins or goes on after a special token, never before text: text always continues a
 * template.
 */
final class LoadedTokenizer implements Tokenizer {
  /** Any text the tokenizer yields a token for. */
  private static final String PROBE = "a";

  private final byte[] json;
  private final Vocabulary vocabulary;
  private final List<NativeTokenizer> open = new ArrayList<>();
  private final NativeTokenizer template;
  private final NativeTokenizer text;
  private final @Nullable NativeTokenizer continued;
  private final int[] prefix;
  private final int[] suffix;

  private LoadedTokenizer(ObjectNode tokenizer) {
    json = bytes(tokenizer);
    vocabulary = new Vocabulary(tokenizer);
    Optional<ObjectNode> middle = WordStart.removed(tokenizer);
    boolean loaded = false;
    try {
      template = open(tokenizer);
      text = open(TextOnly.of(middle.orElse(tokenizer)));
      continued = middle.isPresent() ? open(middle.get()) : null;
      int[] plain = template.encode(PROBE).ids();
      int[] full = template.encode(PROBE, true).ids();
      int at = indexOf(full, plain);
      prefix = Arrays.copyOf(full, at);
      suffix = Arrays.copyOfRange(full, at + plain.length, full.length);
      loaded = true;
    } finally {
      if (!loaded) {
        close();
      }
    }
  }

  private NativeTokenizer open(ObjectNode tokenizer) {
    NativeTokenizer opened = new NativeTokenizer(bytes(tokenizer));
    open.add(opened);
    return opened;
  }

  /**
   * Loads a tokenizer.
   *
   * @param tokenizerJson a {@code tokenizer.json}, UTF-8; its truncation and padding are ignored
   * @throws ModelException when it is not one
   */
  static LoadedTokenizer fromJson(byte[] tokenizerJson) {
    if (!(StrictJson.parseObject(tokenizerJson, "tokenizer.json")
        instanceof ObjectNode tokenizer)) {
      throw new ModelException("tokenizer.json: not a JSON object");
    }
    tokenizer.putNull("truncation");
    tokenizer.putNull("padding");
    return new LoadedTokenizer(tokenizer);
  }

  private static byte[] bytes(ObjectNode json) {
    try {
      return StrictJson.MAPPER.writeValueAsBytes(json);
    } catch (JsonProcessingException e) {
      throw new ModelException("tokenizer.json: cannot be written", e);
    }
  }

  private static int indexOf(int[] full, int[] plain) {
    for (int at = 0; at + plain.length <= full.length; at++) {
      if (Arrays.equals(full, at, at + plain.length, plain, 0, plain.length)) {
        return at;
      }
    }
    throw new ModelException("tokenizer.json: post_processor: does more than add tokens");
  }

  @Override
  public Encoding encodeText(String anyText) {
    return text.encode(anyText);
  }

  @Override
  public Encoding encodeTemplate(String templateText) {
    Encoding encoding = encodePieces(templateText);
    for (int i = 0; i < encoding.size(); i++) {
      if (vocabulary.isSpecial(encoding.ids()[i])) {
        encoding.words()[i] = -1;
      }
    }
    return encoding;
  }

  /** What stands before the first added token continues the content before it. */
  private Encoding encodePieces(String templateText) {
    int head = continued == null ? 0 : vocabulary.firstAddedToken(templateText);
    if (continued == null || head == 0) {
      return template.encode(templateText);
    }
    Encoding before = continued.encode(templateText.substring(0, head));
    Encoding after = template.encode(templateText.substring(head));
    return before.followedBy(after, templateText.codePointCount(0, head));
  }

  @Override
  public int[] prefixIds() {
    return prefix.clone();
  }

  @Override
  public int[] suffixIds() {
    return suffix.clone();
  }

  @Override
  public byte[] bytesOf(int id) {
    return vocabulary.bytesOf(id);
  }

  @Override
  public OptionalInt idOf(String token) {
    return vocabulary.idOf(token);
  }

  @Override
  public int vocabularySize() {
    return vocabulary.size();
  }

  @Override
  public byte[] json() {
    return json.clone();
  }

  @Override
  public void close() {
    open.forEach(NativeTokenizer::close);
  }
}
