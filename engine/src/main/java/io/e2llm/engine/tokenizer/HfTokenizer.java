package io.e2llm.engine.tokenizer;

import io.e2llm.engine.ModelException;
import java.util.OptionalInt;

/**
 * A tokenizer from a {@code tokenizer.json}, on Hugging Face's native library. Those made of the
 * same JSON in one process share what is in memory, which is freed when the last of them is closed.
 *
 * <p>A decoder's tokenizer that puts a space before texts (SentencePiece's BPE) puts it only where
 * a template begins or goes on after a special token, never before text: text always continues a
 * template.
 */
public final class HfTokenizer implements Tokenizer {
  private static final SharedTokenizers SHARED = new SharedTokenizers();

  private final SharedTokenizers.Use use;

  private HfTokenizer(SharedTokenizers.Use use) {
    this.use = use;
  }

  /**
   * Loads a tokenizer.
   *
   * @param tokenizerJson a {@code tokenizer.json}, UTF-8; its truncation and padding are ignored
   * @throws ModelException when it is not one
   */
  public static HfTokenizer fromJson(byte[] tokenizerJson) {
    return new HfTokenizer(SHARED.use(tokenizerJson));
  }

  @Override
  public Encoding encodeText(String text) {
    return use.tokenizer().encodeText(text);
  }

  @Override
  public Encoding encodeTemplate(String text) {
    return use.tokenizer().encodeTemplate(text);
  }

  @Override
  public int[] prefixIds() {
    return use.tokenizer().prefixIds();
  }

  @Override
  public int[] suffixIds() {
    return use.tokenizer().suffixIds();
  }

  @Override
  public byte[] bytesOf(int id) {
    return use.tokenizer().bytesOf(id);
  }

  @Override
  public OptionalInt idOf(String token) {
    return use.tokenizer().idOf(token);
  }

  @Override
  public int vocabularySize() {
    return use.tokenizer().vocabularySize();
  }

  @Override
  public byte[] json() {
    return use.tokenizer().json();
  }

  @Override
  public void close() {
    use.close();
  }
}
