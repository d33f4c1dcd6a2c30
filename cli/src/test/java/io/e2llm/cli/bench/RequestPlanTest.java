package io.e2llm.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.e2llm.cli.texts.SizedTexts;
import io.e2llm.cli.texts.TokenMeasure;
import io.e2llm.cli.texts.WordModel;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RequestPlanTest {
  private static final SizedTexts TEXTS =
      new SizedTexts(new WordModel(), new TokenMeasure.Estimate());

  private static Workload workload(int streams, double repeatShare, long seed) {
    return new Workload(200, 12, 8, streams, 10, 2, 1, repeatShare, seed);
  }

  private static List<PlannedRequest> all(RequestPlan plan) {
    return Stream.concat(plan.warmup().stream(), plan.measured().stream()).toList();
  }

  @Test
  void equalSeeds_giveEqualRequests() {
    assertEquals(
        RequestPlan.of(workload(2, 0.5, 7), TEXTS, 1),
        RequestPlan.of(workload(2, 0.5, 7), TEXTS, 1));
  }

  @Test
  void otherSeedOrRepetition_hasNoTextInCommon() {
    Set<String> texts = texts(RequestPlan.of(workload(1, 0, 7), TEXTS, 0));

    for (RequestPlan other :
        List.of(
            RequestPlan.of(workload(1, 0, 8), TEXTS, 0),
            RequestPlan.of(workload(1, 0, 7), TEXTS, 1))) {
      Set<String> both = new HashSet<>(texts(other));
      both.retainAll(texts);
      assertEquals(Set.of(), both);
    }
  }

  private static Set<String> texts(RequestPlan plan) {
    return all(plan).stream()
        .flatMap(request -> Stream.of(request.context(), request.question()))
        .collect(Collectors.toSet());
  }

  @Test
  void noShare_repeatsNothing() {
    RequestPlan plan = RequestPlan.of(workload(1, 0, 7), TEXTS, 0);

    assertEquals(12, texts(plan).stream().filter(text -> !text.endsWith("?")).count());
    assertTrue(all(plan).stream().noneMatch(PlannedRequest::repeated));
  }

  @Test
  void half_repeatsHalfWithNewQuestions() {
    RequestPlan plan = RequestPlan.of(workload(3, 0.5, 7), TEXTS, 0);

    assertEquals(5, plan.measured().stream().filter(PlannedRequest::repeated).count());
    assertEquals(
        12, all(plan).stream().map(PlannedRequest::question).distinct().count(), "questions");
    for (PlannedRequest request : plan.measured()) {
      List<PlannedRequest> before = all(plan).subList(0, request.index());
      boolean known = before.stream().anyMatch(one -> one.context().equals(request.context()));
      assertEquals(request.repeated(), known);
    }
  }

  @Test
  void repeatedDocument_isNotOneStillUnderWay() {
    RequestPlan plan = RequestPlan.of(workload(3, 0.5, 7), TEXTS, 0);

    for (PlannedRequest request : plan.measured()) {
      if (request.repeated()) {
        int ended = Math.max(2, request.index() - 3);
        assertTrue(
            all(plan).subList(0, ended).stream()
                .anyMatch(one -> one.document() == request.document()));
      }
    }
  }

  @Test
  void all_repeatTheWarmup() {
    RequestPlan plan = RequestPlan.of(workload(1, 1, 7), TEXTS, 0);

    Set<Integer> warm =
        plan.warmup().stream().map(PlannedRequest::document).collect(Collectors.toSet());
    assertTrue(plan.measured().stream().allMatch(one -> warm.contains(one.document())));
    assertTrue(plan.measured().stream().allMatch(PlannedRequest::repeated));
  }

  @Test
  void noContext_hasNoDocuments() {
    Workload workload = new Workload(0, 40, 8, 1, 3, 0, 1, 0, 7);

    RequestPlan plan = RequestPlan.of(workload, TEXTS, 0);

    assertTrue(plan.measured().stream().allMatch(one -> one.context().isEmpty()));
    assertFalse(plan.measured().getFirst().question().isEmpty());
    assertNotEquals(plan.measured().get(0).question(), plan.measured().get(1).question());
  }
}
