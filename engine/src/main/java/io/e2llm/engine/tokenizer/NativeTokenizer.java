package io.e2llm.engine.tokenizer;

import ai.djl.huggingface.tokenizers.jni.CharSpan;
import ai.djl.huggingface.tokenizers.jni.LibUtils;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import io.e2llm.engine.EngineEnvironment;
import io.e2llm.engine.ModelException;
import io.e2llm.engine.OneLine;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * One tokenizer of the native library. Any number of threads may encode at once; closing waits for
 * them.
 */
final class NativeTokenizer implements AutoCloseable {
  private static final TokenizersLibrary LIBRARY = load();

  private final ReadWriteLock use = new ReentrantReadWriteLock();
  private final long handle;
  private boolean closed;

  /**
   * Loads a tokenizer.
   *
   * @throws ModelException when the library refuses the JSON
   */
  NativeTokenizer(byte[] json) {
    try {
      handle = LIBRARY.createTokenizerFromString(new String(json, StandardCharsets.UTF_8));
    } catch (RuntimeException e) {
      throw new ModelException("tokenizer.json: " + OneLine.of(String.valueOf(e.getMessage())), e);
    }
  }

  private static TokenizersLibrary load() {
    EngineEnvironment.prepare();
    LibUtils.checkStatus();
    return TokenizersLibrary.LIB;
  }

  /** Encodes without adding special tokens; {@code words} are as the library has them. */
  Encoding encode(String text) {
    return encode(text, false);
  }

  /** Encodes, with the special tokens of the post-processor if wanted. */
  Encoding encode(String text, boolean addSpecialTokens) {
    use.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException("tokenizer is closed");
      }
      long encoding = LIBRARY.encode(handle, wellFormed(text), addSpecialTokens);
      try {
        return read(encoding);
      } finally {
        LIBRARY.deleteEncoding(encoding);
      }
    } finally {
      use.readLock().unlock();
    }
  }

  private static Encoding read(long encoding) {
    long[] ids = LIBRARY.getTokenIds(encoding);
    long[] words = LIBRARY.getWordIds(encoding);
    @Nullable CharSpan[] spans = LIBRARY.getTokenCharSpans(encoding);
    int[] begins = new int[ids.length];
    int[] ends = new int[ids.length];
    for (int i = 0; i < ids.length; i++) {
      CharSpan span = spans[i];
      if (span != null) {
        begins[i] = span.getStart();
        ends[i] = span.getEnd();
      }
    }
    return new Encoding(narrow(ids), narrow(words), begins, ends);
  }

  private static int[] narrow(long[] values) {
    int[] narrow = new int[values.length];
    for (int i = 0; i < values.length; i++) {
      narrow[i] = (int) values[i];
    }
    return narrow;
  }

  /** Puts U+FFFD where a surrogate stands alone, which UTF-8 cannot hold. */
  private static String wellFormed(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        return new String(
            text.codePoints()
                .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xFFFD : c)
                .toArray(),
            0,
            text.codePointCount(0, text.length()));
      }
    }
    return text;
  }

  @Override
  public void close() {
    use.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        LIBRARY.deleteTokenizer(handle);
      }
    } finally {
      use.writeLock().unlock();
    }
  }
}
