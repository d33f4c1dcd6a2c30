package io.e2llm.decoder.fake;

import io.e2llm.engine.tokenizer.Encoding;
import io.e2llm.engine.tokenizer.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;

/**
 * One token per UTF-8 byte, then two specials: {@code <|begin|>} and {@code <|end|>}. With a word
 * mark it claims to be a SentencePiece vocabulary.
 */
public final class ByteTokenizer implements Tokenizer {
  public static final int BEGIN = 256;
  public static final int END = 257;
  public static final int VOCABULARY = 258;

  private final boolean wordMark;

  public ByteTokenizer() {
    this(false);
  }

  public ByteTokenizer(boolean wordMark) {
    this.wordMark = wordMark;
  }

  @Override
  public Encoding encodeText(String text) {
    return encoding(ids(text));
  }

  @Override
  public Encoding encodeTemplate(String text) {
    int[] ids = ids(text.replace("<|begin|>", "\u0001").replace("<|end|>", "\u0002"));
    for (int i = 0; i < ids.length; i++) {
      ids[i] = ids[i] == 1 ? BEGIN : ids[i] == 2 ? END : ids[i];
    }
    return encoding(ids);
  }

  /** Ids of a text. */
  public static int[] ids(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int[] ids = new int[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      ids[i] = bytes[i] & 0xff;
    }
    return ids;
  }

  private static Encoding encoding(int[] ids) {
    return new Encoding(ids, new int[ids.length], new int[ids.length], new int[ids.length]);
  }

  @Override
  public int[] prefixIds() {
    return new int[0];
  }

  @Override
  public int[] suffixIds() {
    return new int[0];
  }

  @Override
  public byte[] bytesOf(int id) {
    if (id < 0 || id >= VOCABULARY) {
      throw new IndexOutOfBoundsException("id " + id);
    }
    return id < BEGIN ? new byte[] {(byte) id} : new byte[0];
  }

  @Override
  public OptionalInt idOf(String token) {
    return switch (token) {
      case "<|begin|>" -> OptionalInt.of(BEGIN);
      case "<|end|>" -> OptionalInt.of(END);
      case "\u2581" -> wordMark ? OptionalInt.of(' ') : OptionalInt.empty();
      default -> OptionalInt.empty();
    };
  }

  @Override
  public int vocabularySize() {
    return VOCABULARY;
  }

  @Override
  public byte[] json() {
    return "{\"fake\":true}".getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {}
}
