package io.e2llm.engine.chunk;

import io.e2llm.engine.tokenizer.Encoding;
import io.e2llm.engine.tokenizer.Tokenizer;
import java.util.function.Consumer;

/**
 * Cuts one document into chunks while its text still arrives. One thread at a time.
 *
 * <p>The chunks, one after the other, are the text: nothing is lost, changed or moved. Where the
 * text was cut into pieces does not matter: each chunk is decided on by the text from its first
 * code point on, once enough of it is there or the document has ended.
 *
 * <p>Boundaries are content-defined with a least and a greatest size (Muthitacharoen, Chen and
 * Mazières, A Low-bandwidth Network File System, SOSP 2001; the extremum of a hash in place of a
 * threshold as in Bjørner, Blass and Gurevich, Content-dependent chunking for differential
 * compression, 2010): among the places where a chunk may end, the best kind of boundary wins, and
 * among equals the largest hash of the few characters before it. After an edit, two runs therefore
 * look at mostly the same places and soon agree on one; from there on all chunks are the same.
 *
 * <p>Time is linear in the text: each chunk costs a look at no more than {@value #CODE_POINTS} code
 * points for each of its tokens. Memory is that much, and the piece at hand in slices.
 */
public final class Chunker {
  /** Version of the rules: other rules, other chunks. Part of an encoder's identity. */
  public static final int VERSION = 1;

  /** Fewest {@code maxTokens}: any single code point fits. */
  public static final int LEAST_TOKENS = 8;

  /** Most code points of a chunk for each token it may have. */
  private static final int CODE_POINTS = 16;

  /** Code points looked at first, for each token; enough in most texts. */
  private static final int FIRST_CODE_POINTS = 6;

  private static final int SLICE = 8192;

  private final Tokenizer tokenizer;
  private final int maxTokens;
  private final String document;
  private final CodePointBuffer buffer = new CodePointBuffer();
  private int window;
  private long position;

  /**
   * A chunker for one document.
   *
   * @param tokenizer the encoder's
   * @param maxTokens most tokens of a chunk, without specials; at least {@value #LEAST_TOKENS}
   * @param document the document's name
   */
  public Chunker(Tokenizer tokenizer, int maxTokens, String document) {
    if (maxTokens < LEAST_TOKENS) {
      throw new IllegalArgumentException("chunks of " + maxTokens + " tokens");
    }
    this.tokenizer = tokenizer;
    this.maxTokens = maxTokens;
    this.document = document;
    this.window = FIRST_CODE_POINTS * maxTokens;
  }

  /** Takes more of the text and hands the chunks that are now certain to {@code out}. */
  public void add(String piece, Consumer<? super Chunk> out) {
    for (int from = 0; from < piece.length(); from += SLICE) {
      buffer.append(piece, from, Math.min(piece.length(), from + SLICE));
      cut(false, out);
    }
  }

  /** Ends the document and hands the last chunks to {@code out}. */
  public void finish(Consumer<? super Chunk> out) {
    buffer.flush();
    cut(true, out);
  }

  /** Code points handed out in chunks so far. */
  public long position() {
    return position;
  }

  private void cut(boolean ended, Consumer<? super Chunk> out) {
    while (buffer.size() > 0) {
      if (!ended && buffer.size() < window + BoundaryScanner.LOOKAHEAD) {
        return;
      }
      int length = Math.min(window, buffer.size());
      Encoding encoding = tokenizer.encodeText(buffer.text(length));
      boolean rest = ended && length == buffer.size();
      if (rest && encoding.size() <= maxTokens) {
        emit(length, encoding.size(), out);
      } else if (encoding.size() > maxTokens || window == CODE_POINTS * maxTokens) {
        ChunkWindow choice =
            new ChunkWindow(
                new BoundaryScanner(buffer).rate(length), buffer, encoding, maxTokens, length);
        emitBest(choice, out);
      } else {
        window = CODE_POINTS * maxTokens;
      }
    }
  }

  /** Tokens of a text alone may be more than within a longer one: then a shorter one is taken. */
  private void emitBest(ChunkWindow choice, Consumer<? super Chunk> out) {
    while (true) {
      int length = choice.best();
      int tokens = tokenizer.encodeText(buffer.text(length)).size();
      if (tokens <= maxTokens || length == 1) {
        emit(length, tokens, out);
        return;
      }
      choice.shorten(length, tokens - maxTokens);
    }
  }

  private void emit(int length, int tokens, Consumer<? super Chunk> out) {
    Chunk chunk = new Chunk(document, position, position + length, buffer.text(length), tokens);
    buffer.drop(length);
    position += length;
    window = FIRST_CODE_POINTS * maxTokens;
    out.accept(chunk);
  }
}
