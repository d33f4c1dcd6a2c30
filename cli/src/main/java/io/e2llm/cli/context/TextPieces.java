package io.e2llm.cli.context;

import io.e2llm.cli.CommandFailure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads a document piece by piece, strictly as UTF-8, in bounded memory. A byte order mark at the
 * beginning is left out. No piece ends within a character. One thread only.
 */
public final class TextPieces implements AutoCloseable {
  private static final int BYTES = 1 << 16;

  private final String name;
  private final InputStream in;
  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT);
  private final ByteBuffer bytes = ByteBuffer.allocate(BYTES);
  private final CharBuffer chars = CharBuffer.allocate(BYTES);
  private long offset;
  private boolean ended;
  private boolean empty = true;
  private boolean blank = true;

  private TextPieces(String name, InputStream in) {
    this.name = name;
    this.in = in;
  }

  /**
   * Opens a document.
   *
   * @throws CommandFailure when it cannot be opened
   */
  public static TextPieces open(Document document) {
    try {
      return new TextPieces(document.name(), document.open());
    } catch (IOException e) {
      throw CommandFailure.failed(document.name() + ": cannot be read");
    }
  }

  /**
   * The next piece, never empty; null at the end.
   *
   * @throws CommandFailure when the document cannot be read or is not UTF-8 text, or, at its end,
   *     when it is empty or holds nothing but white space
   */
  public @Nullable String next() {
    while (!ended) {
      fill();
      long before = offset;
      String piece = decode();
      if (before == 0 && piece.startsWith("\uFEFF")) {
        piece = piece.substring(1);
      }
      if (!piece.isEmpty()) {
        empty = false;
        blank &= piece.isBlank();
        return piece;
      }
    }
    if (blank) {
      throw CommandFailure.failed(
          name + (empty ? ": is empty" : ": holds nothing but white space"));
    }
    return null;
  }

  private void fill() {
    try {
      int n = in.read(bytes.array(), bytes.position(), bytes.remaining());
      if (n < 0) {
        ended = true;
      } else {
        requireText(bytes.position(), n);
        bytes.position(bytes.position() + n);
      }
    } catch (IOException e) {
      throw CommandFailure.failed(name + ": cannot be read");
    }
  }

  private String decode() {
    bytes.flip();
    chars.clear();
    int begin = bytes.position();
    CoderResult result = decoder.decode(bytes, chars, ended);
    offset += bytes.position() - begin;
    if (result.isError()) {
      throw CommandFailure.failed(
          "%s: is not UTF-8 text (byte 0x%02x at offset %d)"
              .formatted(name, bytes.get(bytes.position()), offset));
    }
    bytes.compact();
    return chars.flip().toString();
  }

  private void requireText(int from, int count) {
    for (int i = from; i < from + count; i++) {
      if (bytes.get(i) == 0) {
        throw CommandFailure.failed(name + ": is a binary file, not UTF-8 text");
      }
    }
  }

  @Override
  public void close() {
    try {
      in.close();
    } catch (IOException e) {
      // All that was wanted has been read.
    }
  }
}
