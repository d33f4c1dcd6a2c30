package io.e2llm.cli.context;

import io.e2llm.gateway.v1.ContextPiece;
import java.util.ArrayList;
import java.util.List;

/** A text in memory as the pieces that a gateway is sent. */
public final class ContextPieces {
  /** Most UTF-16 characters of a piece. */
  static final int MOST = 32_768;

  private ContextPieces() {}

  /**
   * The text's pieces in order, none of them empty; none ends within a character.
   *
   * @param document name of the document they are of
   */
  public static List<ContextPiece> of(String document, String text) {
    List<ContextPiece> pieces = new ArrayList<>();
    int end;
    for (int begin = 0; begin < text.length(); begin = end) {
      end = Math.min(begin + MOST, text.length());
      if (end < text.length() && Character.isLowSurrogate(text.charAt(end))) {
        end--;
      }
      pieces.add(
          ContextPiece.newBuilder()
              .setDocument(document)
              .setText(text.substring(begin, end))
              .build());
    }
    return pieces;
  }
}
