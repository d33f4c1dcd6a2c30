package io.e2llm.encoder;

import io.e2llm.engine.tokenizer.Encoding;
import io.e2llm.engine.tokenizer.Tokenizer;
import java.util.OptionalInt;

/** Knows nothing but its file. */
final class FakeTokenizer implements Tokenizer {
  private final byte[] json;

  FakeTokenizer(int jsonBytes) {
    json = new byte[jsonBytes];
    for (int i = 0; i < jsonBytes; i++) {
      json[i] = (byte) ((i * 31) >> 3);
    }
  }

  @Override
  public byte[] json() {
    return json.clone();
  }

  @Override
  public Encoding encodeText(String text) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Encoding encodeTemplate(String text) {
    throw new UnsupportedOperationException();
  }

  @Override
  public int[] prefixIds() {
    throw new UnsupportedOperationException();
  }

  @Override
  public int[] suffixIds() {
    throw new UnsupportedOperationException();
  }

  @Override
  public byte[] bytesOf(int id) {
    throw new UnsupportedOperationException();
  }

  @Override
  public OptionalInt idOf(String token) {
    throw new UnsupportedOperationException();
  }

  @Override
  public int vocabularySize() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {}
}
