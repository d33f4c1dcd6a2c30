package io.e2llm.cli.context;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.e2llm.gateway.v1.ContextPiece;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class ContextPiecesTest {
  @Test
  void textWithoutCharacters_hasNoPieces() {
    assertEquals(List.of(), ContextPieces.of("a", ""));
  }

  @Test
  void characterOfTwoUnitsAtTheEdge_staysWhole() {
    String text = "a".repeat(ContextPieces.MOST - 1) + "\uD83D\uDE00" + "b".repeat(10);
    List<ContextPiece> pieces = ContextPieces.of("a", text);
    assertEquals(
        List.of(ContextPieces.MOST - 1, 12),
        pieces.stream().map(piece -> piece.getText().length()).toList());
    assertEquals(text, pieces.stream().map(ContextPiece::getText).collect(Collectors.joining()));
    assertTrue(pieces.stream().allMatch(piece -> piece.getDocument().equals("a")));
  }

  @Test
  void longText_isCutAtTheLimit() {
    List<ContextPiece> pieces = ContextPieces.of("a", "x".repeat(2 * ContextPieces.MOST + 1));
    assertEquals(
        List.of(ContextPieces.MOST, ContextPieces.MOST, 1),
        pieces.stream().map(piece -> piece.getText().length()).toList());
  }
}
