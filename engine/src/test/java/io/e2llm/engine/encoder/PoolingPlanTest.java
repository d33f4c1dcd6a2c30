package io.e2llm.engine.encoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.e2llm.engine.encoder.PoolingPlan.Attention;
import io.e2llm.engine.encoder.PoolingPlan.Count;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PoolingPlanTest {
  /** [CLS] and five tokens in three words and [SEP]. */
  private static final PreparedChunk FIVE = chunk(-1, 0, 0, 2, 5, 5, -1);

  /** [CLS], a prefix and two tokens and [SEP]. */
  private static final PreparedChunk TWO = chunk(-1, -1, 0, 1, -1);

  @Test
  void tokens_lastWindowIsShorter() {
    PoolingPlan plan = plan(Count.TOKENS, 2);
    assertArrayEquals(new int[] {1, 2, 3, 4, 5, 12, 13}, plan.rows());
    assertArrayEquals(new int[] {0, 0, 1, 1, 2, 3, 3}, plan.windows());
    assertArrayEquals(new int[] {0, 1, 2, 3, 4, 6, 7}, plan.places());
    assertEquals(List.of(3, 1), plan.softTokens());
    assertEquals(4, plan.windowCount());
  }

  @Test
  void words_areCountedWithoutGaps() {
    PoolingPlan plan = plan(Count.WORDS, 2);
    assertArrayEquals(new int[] {0, 0, 1, 2, 2, 3, 4}, plan.words());
    assertEquals(5, plan.wordCount());
    assertArrayEquals(new int[] {0, 0, 1, 2, 2}, plan.windows());
    assertArrayEquals(new int[] {0, 1, 2, 4, 5}, plan.places());
    assertEquals(List.of(2, 1), plan.softTokens());
  }

  @Test
  void whole_isOneWindowForEachChunk() {
    PoolingPlan plan = plan(Count.WHOLE, 64);
    assertArrayEquals(new int[] {0, 0, 0, 0, 0, 1, 1}, plan.windows());
    assertEquals(List.of(1, 1), plan.softTokens());
  }

  @Test
  void first_isTheFirstId() {
    PoolingPlan plan = plan(Count.FIRST, 64);
    assertArrayEquals(new int[] {0, 10}, plan.rows());
    assertArrayEquals(new int[] {0, 1}, plan.windows());
  }

  @Test
  void textWithoutTokens_isPooledFromItsFirstId() {
    PoolingPlan plan = new PoolingPlan();
    plan.add(chunk(-1, -1), 4, Count.TOKENS, 8);
    assertArrayEquals(new int[] {4}, plan.rows());
    assertEquals(List.of(1), plan.softTokens());
  }

  @Test
  void attentionByWindow_readsOwnTokensAlone() {
    Attention attention = plan(Count.TOKENS, 2).byWindow();
    assertEquals(4, attention.groups());
    assertEquals(2, attention.longest());
    assertArrayEquals(new int[] {0, 1, 2, 3, 4, -1, 5, 6}, attention.members());
    assertArrayEquals(new int[] {0, 1, 2, 3}, attention.wanted());
  }

  @Test
  void attentionByChunk_hasAsManyQueriesAsWindows() {
    Attention attention = plan(Count.TOKENS, 2).byChunk();
    assertEquals(2, attention.groups());
    assertEquals(3, attention.queries());
    assertArrayEquals(new int[] {0, 1, 2, 3, 4, 5, 6, -1, -1, -1}, attention.members());
    assertArrayEquals(new int[] {0, 1, 2, 3}, attention.wanted());
  }

  private static PoolingPlan plan(Count count, int ratio) {
    PoolingPlan plan = new PoolingPlan();
    plan.add(FIVE, 0, count, ratio);
    plan.add(TWO, 10, count, ratio);
    return plan;
  }

  private static PreparedChunk chunk(int... words) {
    return new PreparedChunk(
        new int[words.length], words, (int) Arrays.stream(words).filter(w -> w >= 0).count());
  }
}
