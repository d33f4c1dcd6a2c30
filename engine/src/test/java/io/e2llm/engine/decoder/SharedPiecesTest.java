package io.e2llm.engine.decoder;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.e2llm.engine.decoder.SharedPieces.Group;
import io.e2llm.engine.decoder.SharedPieces.Piece;
import java.util.List;
import org.junit.jupiter.api.Test;

class SharedPiecesTest {
  private static final Piece DOCUMENT = new Piece(7, 0, 500);

  @Test
  void of_sequencesOfTheirOwn_shareNothing() {
    List<Piece> first = List.of(new Piece(0, 0, 300));
    List<Piece> second = List.of(new Piece(1, 0, 300));
    assertEquals(
        List.of(
            new Group(List.of(0), List.of(), List.of(first)),
            new Group(List.of(1), List.of(), List.of(second))),
        SharedPieces.of(List.of(first, second)));
  }

  @Test
  void of_questionsAboutOneDocument_shareItWhereverTheyStand() {
    Piece mine = new Piece(1, 0, 10);
    Piece other = new Piece(2, 0, 900);
    Piece yours = new Piece(3, 0, 0);
    assertEquals(
        List.of(
            new Group(List.of(0, 2), List.of(DOCUMENT), List.of(List.of(mine), List.of(yours))),
            new Group(List.of(1), List.of(), List.of(List.of(other)))),
        SharedPieces.of(
            List.of(List.of(DOCUMENT, mine), List.of(other), List.of(DOCUMENT, yours))));
  }

  @Test
  void of_theSequenceThatReadTheDocument_sharesTheBeginningOfItsOwn() {
    Piece own = new Piece(7, 0, 620);
    Piece mine = new Piece(1, 0, 10);
    assertEquals(
        List.of(
            new Group(
                List.of(0, 1),
                List.of(DOCUMENT),
                List.of(List.of(new Piece(7, 500, 120)), List.of(mine)))),
        SharedPieces.of(List.of(List.of(own), List.of(DOCUMENT, mine))));
  }

  @Test
  void of_twoCommonPieces_sharesBothAndStopsWhereTheyPart() {
    Piece chat = new Piece(8, 30, 100);
    Piece mine = new Piece(1, 0, 10);
    Piece yours = new Piece(2, 0, 10);
    assertEquals(
        List.of(
            new Group(
                List.of(0, 1), List.of(DOCUMENT, chat), List.of(List.of(mine), List.of(yours)))),
        SharedPieces.of(List.of(List.of(DOCUMENT, chat, mine), List.of(DOCUMENT, chat, yours))));
  }

  @Test
  void of_shortCommonPiece_isReadByEach() {
    Piece head = new Piece(7, 0, SharedPieces.LEAST_TOKENS - 1);
    List<Piece> first = List.of(head, new Piece(1, 0, 10));
    List<Piece> second = List.of(head, new Piece(2, 0, 10));
    assertEquals(2, SharedPieces.of(List.of(first, second)).size());
  }
}
