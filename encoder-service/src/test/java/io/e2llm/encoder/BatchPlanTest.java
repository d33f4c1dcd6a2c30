package io.e2llm.encoder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BatchPlanTest {
  private record Sized(String name, int tokens, boolean alone) implements BatchPlan.Candidate {
    Sized(String name, int tokens) {
      this(name, tokens, false);
    }
  }

  @Test
  void noCalls_emptyBatch() {
    assertEquals(List.of(), BatchPlan.choose(List.of(), 100));
  }

  @Test
  void calls_giveOneChunkEachInTurn() {
    List<Sized> big = chunks("a", 5, 10);
    List<Sized> small = chunks("b", 1, 10);

    assertEquals(
        List.of(big.get(0), small.get(0), big.get(1)), BatchPlan.choose(List.of(big, small), 30));
  }

  @Test
  void otherLengths_waitForABatchOfTheirOwn() {
    Sized leader = new Sized("leader", 30);
    Sized similar = new Sized("similar", 25);
    Sized longer = new Sized("longer", 60);

    assertEquals(
        List.of(leader, similar),
        BatchPlan.choose(List.of(List.of(leader, longer, similar)), 2_048));
  }

  @Test
  void sharedChunk_isChosenOnce() {
    Sized shared = new Sized("shared", 10);

    assertEquals(List.of(shared), BatchPlan.choose(List.of(List.of(shared), List.of(shared)), 100));
  }

  @Test
  void suspect_goesByItself() {
    Sized suspect = new Sized("suspect", 10, true);
    Sized other = new Sized("other", 10);

    assertEquals(List.of(suspect), BatchPlan.choose(List.of(List.of(suspect, other)), 100));
    assertEquals(List.of(other), BatchPlan.choose(List.of(List.of(other), List.of(suspect)), 100));
  }

  @Test
  void chunkOverTheBudget_goesByItself() {
    List<Sized> chunks = chunks("long", 2, 120);

    assertEquals(List.of(chunks.get(0)), BatchPlan.choose(List.of(chunks), 100));
  }

  @Test
  void anyLine_staysWithinBudgetAndWastesLessThanAThird() {
    Random random = new Random(11);
    for (int round = 0; round < 500; round++) {
      List<List<Sized>> line = new ArrayList<>();
      for (int call = 0; call < 1 + random.nextInt(5); call++) {
        List<Sized> chunks = new ArrayList<>();
        for (int i = 0; i < 1 + random.nextInt(40); i++) {
          chunks.add(new Sized(call + "-" + i, 17 + random.nextInt(496)));
        }
        line.add(chunks);
      }
      List<BatchPlan.Candidate> batch = BatchPlan.choose(line, 2_048);

      int longest = batch.stream().mapToInt(BatchPlan.Candidate::tokens).max().orElseThrow();
      int own = batch.stream().mapToInt(BatchPlan.Candidate::tokens).sum();
      int padded = longest * batch.size();
      assertEquals(line.get(0).get(0), batch.get(0));
      assertTrue(padded <= 2_048, "padded " + padded);
      assertTrue((padded - own) * 3 < padded, "waste " + (padded - own) + " of " + padded);
    }
  }

  @Test
  void bounds_holdTheirLengths() {
    assertEquals(16, LengthBucket.boundFor(1));
    assertEquals(16, LengthBucket.boundFor(16));
    assertEquals(24, LengthBucket.boundFor(17));
    assertEquals(32, LengthBucket.boundFor(25));
    assertEquals(128, LengthBucket.boundFor(128));
    assertEquals(192, LengthBucket.boundFor(129));
  }

  private static List<Sized> chunks(String name, int count, int tokens) {
    List<Sized> chunks = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      chunks.add(new Sized(name + i, tokens));
    }
    return chunks;
  }
}
