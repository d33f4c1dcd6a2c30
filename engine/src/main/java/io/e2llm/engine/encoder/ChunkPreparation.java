package io.e2llm.engine.encoder;

import io.e2llm.engine.files.SentenceEncoderSettings;
import io.e2llm.engine.tokenizer.Encoding;
import io.e2llm.engine.tokenizer.Tokenizer;
import java.util.Arrays;

/** Makes ids of a chunk: specials and the role's prefix around the text's own. Thread-safe. */
final class ChunkPreparation {
  private final Tokenizer tokenizer;
  private final SentenceEncoderSettings settings;
  private final int chunkTokens;
  private final int[] before;
  private final int[] after;

  ChunkPreparation(Tokenizer tokenizer, SentenceEncoderSettings settings, int chunkTokens) {
    this.tokenizer = tokenizer;
    this.settings = settings;
    this.chunkTokens = chunkTokens;
    this.before = tokenizer.prefixIds();
    this.after = tokenizer.suffixIds();
  }

  /** Specials and prefix of a chunk, at most. */
  int specialTokens() {
    int query = tokenizer.encodeText(settings.queryPrefix()).size();
    int passage = tokenizer.encodeText(settings.passagePrefix()).size();
    return before.length + after.length + Math.max(query, passage);
  }

  /**
   * Tokenizes one chunk. Prefix and text are tokenized as one string, as the model was trained;
   * tokens that end within the prefix are the prefix's.
   */
  PreparedChunk prepare(String text, ChunkRole role) {
    String prefix =
        switch (role) {
          case PASSAGE -> settings.passagePrefix();
          case QUERY -> settings.queryPrefix();
        };
    Encoding encoding = tokenizer.encodeText(prefix + text);
    int size = before.length + encoding.size() + after.length;
    if (size > chunkTokens) {
      throw new ChunkTooLongException(size, chunkTokens);
    }
    int own = 0;
    int prefixEnd = prefix.codePointCount(0, prefix.length());
    while (own < encoding.size() && encoding.ends()[own] <= prefixEnd && prefixEnd > 0) {
      own++;
    }
    int[] ids = Arrays.copyOf(before, size);
    System.arraycopy(encoding.ids(), 0, ids, before.length, encoding.size());
    System.arraycopy(after, 0, ids, before.length + encoding.size(), after.length);
    int[] words = new int[size];
    Arrays.fill(words, -1);
    for (int i = own; i < encoding.size(); i++) {
      words[before.length + i] = encoding.words()[i] - encoding.words()[own];
    }
    return new PreparedChunk(ids, words, encoding.size() - own);
  }
}
