package io.e2llm.decoder.scheduling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class StepPaceTest {
  private final StepPace pace = new StepPace(128);

  @Test
  void decodeSteps_areKnownByHowManyDecode() {
    assertFalse(pace.knows(2));
    assertEquals(0, pace.allowedNanos(2));
    pace.decoded(2, 1_000);
    assertTrue(pace.knows(2));
    assertFalse(pace.knows(1));
    assertEquals(2_500, pace.allowedNanos(2));
    for (int i = 0; i < 30; i++) {
      pace.decoded(2, 2_000);
    }
    assertEquals(5_000, pace.allowedNanos(2), 50);
  }

  @Test
  void stepThatTookVeryLong_countsLittle() {
    pace.decoded(1, 1_000);
    pace.decoded(1, 1_000_000);
    assertEquals(2.5 * 1_400, pace.allowedNanos(1));
  }

  @Test
  void piece_isAsLongAsALayerMayTakeHalfOfTheTime() {
    pace.decoded(1, 1_000); // leaves 1,500 for layers
    assertEquals(32, pace.piece(1));
    pace.read(32, 320);
    assertEquals(75, pace.piece(1));
    for (int i = 0; i < 30; i++) {
      pace.read(75, 7_500);
    }
    assertEquals(8, pace.piece(1));
    for (int i = 0; i < 60; i++) {
      pace.read(8, 40);
    }
    assertEquals(128, pace.piece(1));
  }

  @Test
  void clockThatStandsStill_leavesPiecesThatCanBeRead() {
    pace.decoded(1, 0);
    pace.read(32, 0);
    assertEquals(StepPace.LEAST_PIECE, pace.piece(1));
  }

  @Test
  void samePieceForManyTurns_doesNotShrinkBelowWhatFits() {
    pace.decoded(1, 1_000);
    for (int i = 0; i < 30; i++) {
      pace.read(128, 1_600);
    }
    assertEquals(60, pace.piece(1));
  }

  @Test
  void moreThatDecode_leaveTimeForMore() {
    pace.decoded(1, 1_000);
    pace.decoded(8, 2_000);
    pace.read(32, 640);
    assertEquals(37, pace.piece(1));
    assertEquals(75, pace.piece(8));
    assertEquals(StepPace.LEAST_PIECE, pace.piece(3)); // unknown
  }
}
