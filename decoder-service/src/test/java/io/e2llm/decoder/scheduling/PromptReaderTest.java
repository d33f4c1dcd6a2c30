package io.e2llm.decoder.scheduling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.e2llm.decoder.prefix.SoftKeys;
import io.e2llm.engine.decoder.StepInput.Ids;
import io.e2llm.engine.decoder.StepInput.Piece;
import io.e2llm.engine.decoder.StepInput.Soft;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PromptReaderTest {
  private final SoftKeys softKeys = new SoftKeys(100);
  private int adapted;

  private PromptReader reader() {
    return new PromptReader(
        new int[] {1, 2, 3},
        bytes -> {
          adapted++;
          return bytes.values();
        },
        softKeys);
  }

  private PromptReader whole() {
    PromptReader reader = reader();
    reader.soft(1, SchedulerFixture.soft(5, 20));
    reader.soft(0, SchedulerFixture.soft(4, 10));
    reader.close(new int[] {7, 8});
    reader.append(9);
    return reader;
  }

  private static List<Float> read(PromptReader reader, int tokens) {
    List<Float> values = new ArrayList<>();
    for (Piece piece : reader.read(tokens)) {
      switch (piece) {
        case Ids ids -> {
          for (int id : ids.ids()) {
            values.add((float) id);
          }
        }
        case Soft soft -> {
          for (int row = 0; row < soft.rows().rows(); row++) {
            values.add(soft.rows().values()[row * soft.rows().width()]);
          }
        }
      }
    }
    return values;
  }

  @Test
  void anyPieces_readTheSame() {
    List<Float> all = read(whole(), 15);
    assertEquals(15, all.size());
    assertEquals(List.of(1f, 2f, 3f, 10f), all.subList(0, 4));
    assertEquals(List.of(7f, 8f, 9f), all.subList(12, 15));
    Random random = new Random(5);
    for (int round = 0; round < 200; round++) {
      PromptReader reader = whole();
      int from = random.nextInt(15);
      reader.seek(from);
      List<Float> pieces = new ArrayList<>();
      while (!reader.complete()) {
        pieces.addAll(read(reader, 1 + random.nextInt(reader.available())));
      }
      assertEquals(all.subList(from, 15), pieces);
    }
  }

  @Test
  void onlyWhatIsRead_isAdapted() {
    PromptReader reader = whole();
    reader.seek(13);
    assertEquals(1, reader.read(2).size());
    assertEquals(0, adapted);
    reader.seek(3);
    assertEquals(2, reader.read(9).size());
    assertEquals(2, adapted);
  }

  @Test
  void gapAndOpenEnd_areHeldBack() {
    PromptReader reader = reader();
    assertEquals(2, reader.available());
    reader.soft(1, SchedulerFixture.soft(5, 20));
    assertEquals(2, reader.available());
    reader.soft(0, SchedulerFixture.soft(4, 10));
    assertEquals(11, reader.available());
    assertFalse(reader.reset());
    assertEquals(2, reader.available());
  }

  @Test
  void fewPositions_waitForMoreUntilThePromptIsWhole() {
    PromptReader reader = reader();
    reader.soft(0, SchedulerFixture.soft(4, 10));
    assertEquals(2, reader.read(reader.available()).size()); // with the head it is read at once
    reader.soft(1, SchedulerFixture.soft(PromptReader.GATHERED - 1, 20));
    assertEquals(0, reader.available());
    reader.soft(2, SchedulerFixture.soft(1, 30));
    assertEquals(PromptReader.GATHERED, reader.available());
    reader.seek(reader.position() + PromptReader.GATHERED);
    reader.close(new int[] {7, 8});
    assertEquals(3, reader.available());
  }

  @Test
  void positions_areCountedByKind() {
    PromptReader reader = whole();
    assertEquals(14, reader.promptTokens());
    assertEquals(15, reader.received());
    assertEquals(9, reader.softTokens(0, 15));
    assertEquals(2, reader.softTokens(4, 6));
    assertEquals(0, reader.softTokens(12, 15));
  }

  @Test
  void equalSoftPrompts_haveEqualKeysAndOthersNone() {
    PromptReader reader = reader();
    reader.soft(0, SchedulerFixture.soft(4, 10));
    reader.soft(1, SchedulerFixture.soft(4, 10));
    reader.soft(2, SchedulerFixture.soft(4, 11));
    assertEquals(reader.keys().get(3), reader.keys().get(7));
    assertNotEquals(reader.keys().get(3), reader.keys().get(4));
    assertNotEquals(reader.keys().get(3), reader.keys().get(11));
    assertTrue(reader.keys().get(3) < 0);
  }
}
