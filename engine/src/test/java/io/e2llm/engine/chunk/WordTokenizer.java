package io.e2llm.engine.chunk;

import io.e2llm.engine.tokenizer.Encoding;
import io.e2llm.engine.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * Words in pieces of at most five letters, every other visible character alone; counts the code
 * points it was shown.
 */
final class WordTokenizer implements Tokenizer {
  private static final int PIECE = 5;

  private long shown;

  long shown() {
    return shown;
  }

  @Override
  public Encoding encodeText(String text) {
    int[] codePoints = text.codePoints().toArray();
    shown += codePoints.length;
    List<int[]> tokens = new ArrayList<>();
    int i = 0;
    while (i < codePoints.length) {
      int begin = i++;
      if (BoundaryScanner.isSpace(codePoints[begin])) {
        continue;
      }
      if (Character.isLetter(codePoints[begin]) && !Character.isIdeographic(codePoints[begin])) {
        while (i < codePoints.length
            && i - begin < PIECE
            && Character.isLetter(codePoints[i])
            && !Character.isIdeographic(codePoints[i])) {
          i++;
        }
      }
      tokens.add(new int[] {begin, i});
    }
    int[] begins = tokens.stream().mapToInt(token -> token[0]).toArray();
    int[] ends = tokens.stream().mapToInt(token -> token[1]).toArray();
    return new Encoding(new int[begins.length], new int[begins.length], begins, ends);
  }

  @Override
  public Encoding encodeTemplate(String text) {
    throw new UnsupportedOperationException();
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
    throw new UnsupportedOperationException();
  }

  @Override
  public OptionalInt idOf(String token) {
    return OptionalInt.empty();
  }

  @Override
  public int vocabularySize() {
    return 1;
  }

  @Override
  public byte[] json() {
    return new byte[0];
  }

  @Override
  public void close() {}
}
