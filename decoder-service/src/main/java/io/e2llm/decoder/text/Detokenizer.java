package io.e2llm.decoder.text;

import io.e2llm.engine.tokenizer.Tokenizer;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Turns token ids into text one by one. Only whole code points leave; bytes that can no longer
 * become one leave as U+FFFD, at the latest in {@link #finish}, so that all text together is what
 * decoding all bytes at once gives. Special tokens give no text. Not thread-safe.
 *
 * <p>SentencePiece marks word starts by a leading space, the first one of a text included, and its
 * decoders take that one away again; so does this, for vocabularies that hold the mark U+2581.
 */
public final class Detokenizer {
  private static final String WORD_START = "\u2581";
  private static final int LONGEST_PENDING = 4;

  private final Tokenizer tokenizer;
  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPLACE)
          .onUnmappableCharacter(CodingErrorAction.REPLACE);
  private byte[] pending = new byte[0];
  private boolean dropSpace;

  /** A detokenizer at the beginning of a text. */
  public Detokenizer(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
    dropSpace = tokenizer.idOf(WORD_START).isPresent();
  }

  /** The text that became certain with {@code id}; often a word piece, sometimes empty. */
  public String append(int id) {
    byte[] bytes = tokenizer.bytesOf(id);
    if (bytes.length == 0) {
      return "";
    }
    int skip = dropSpace && bytes[0] == ' ' ? 1 : 0;
    dropSpace = false;
    ByteBuffer in = ByteBuffer.allocate(pending.length + bytes.length - skip);
    in.put(pending).put(bytes, skip, bytes.length - skip).flip();
    CharBuffer out = CharBuffer.allocate(in.remaining() + LONGEST_PENDING);
    decoder.decode(in, out, false);
    pending = new byte[in.remaining()];
    in.get(pending);
    return out.flip().toString();
  }

  /** What is left: U+FFFD for a code point begun and not completed, else nothing. */
  public String finish() {
    CharBuffer out = CharBuffer.allocate(2 * LONGEST_PENDING);
    decoder.decode(ByteBuffer.wrap(pending), out, true);
    decoder.flush(out);
    decoder.reset();
    pending = new byte[0];
    return out.flip().toString();
  }
}
