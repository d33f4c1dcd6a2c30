package io.e2llm.gateway.request;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.e2llm.common.error.Reason;
import io.e2llm.common.error.ServingException;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SoftPlanTest {
  private static final List<Integer> RATIOS = List.of(4, 8, 32);

  @Test
  void knownLength_startsAtTheFirstRatioThatDoes() {
    assertEquals(4, new SoftPlan(RATIOS, 0, 100, 0).ratio());
    assertEquals(4, new SoftPlan(RATIOS, 0, 100, 1600).ratio());
    assertEquals(8, new SoftPlan(RATIOS, 0, 100, 3200).ratio());
    assertEquals(32, new SoftPlan(RATIOS, 0, 100, 1_000_000).ratio());
  }

  @Test
  void clientsRatio_mustBeOneOfTheBundles() {
    assertEquals(8, new SoftPlan(RATIOS, 8, 100, 1_000_000).ratio());
    ServingException refusal =
        assertThrows(ServingException.class, () -> new SoftPlan(RATIOS, 16, 100, 0));
    assertEquals(Reason.RATIO_UNSUPPORTED, refusal.reason());
  }

  @Test
  void outgrown_risesStepByStepAndThenWantsEmbeddings() {
    SoftPlan plan = new SoftPlan(RATIOS, 0, 30, 0);
    List<Integer> tokens = List.of(126, 100);
    tokens.forEach(plan::add);
    assertTrue(plan.outgrown());
    plan.rise(tokens);
    assertEquals(8, plan.wantedRatio());
    assertFalse(plan.outgrown());
    plan.actual(0, 17);
    plan.actual(1, 14);
    assertTrue(plan.outgrown());
    plan.rise(tokens);
    assertEquals(32, plan.wantedRatio());
    assertFalse(plan.outgrown());
    plan.room(3);
    assertTrue(plan.outgrown());
    plan.rise(tokens);
    assertEquals(SoftPlan.Phase.EMBEDDINGS, plan.phase());
    assertEquals(0, plan.wantedRatio());
    assertFalse(plan.outgrown());
  }

  @Test
  void choice_isTheMostRelevantThatFitInDocumentOrder() {
    SoftPlan plan = new SoftPlan(List.of(10), 0, 5, 0);
    List<Integer> tokens = List.of(20, 20, 20, 20);
    tokens.forEach(plan::add);
    plan.rise(tokens);
    assertEquals(List.of(1, 3), plan.choose(List.of(3, 1, 0, 2), tokens));
    assertEquals(SoftPlan.Phase.CHOSEN, plan.phase());
    assertEquals(10, plan.ratio());
  }
}
