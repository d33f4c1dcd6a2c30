package io.e2llm.gateway.request;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.e2llm.gateway.v1.GenerateSettings;
import org.junit.jupiter.api.Test;

final class WindowBudgetTest {
  private static WindowBudget budget(int window, int named, int verbatim, Integer... generated) {
    GenerateSettings given =
        GenerateSettings.newBuilder()
            .setMaxTokens(named)
            .addAllGeneratedIds(java.util.List.of(generated))
            .build();
    return new WindowBudget(window, AnswerSettings.of(given, window, 512, 1), verbatim);
  }

  @Test
  void namedTokens_areKept() {
    WindowBudget budget = budget(1000, 300, 0);
    assertEquals(700, budget.room());
    assertEquals(700, budget.mostRoom());
    budget.fit(800, false);
    assertEquals(300, budget.maxTokens());
    assertEquals(700, budget.room());
  }

  @Test
  void defaultTokens_areAQuarterOfASmallWindow() {
    assertEquals(250, budget(1000, 0, 0).maxTokens());
    assertEquals(512, budget(8192, 0, 0).maxTokens());
    assertEquals(1, budget(3, 0, 0).maxTokens());
  }

  @Test
  void defaultTokens_giveWayToTheLeast() {
    WindowBudget budget = budget(1000, 0, 0);
    assertEquals(1000 - WindowBudget.LEAST_TOKENS, budget.mostRoom());
    budget.fit(750, false);
    assertEquals(250, budget.maxTokens());
    budget.fit(900, false);
    assertEquals(100, budget.maxTokens());
    assertEquals(900, budget.room());
    budget.fit(990, false);
    assertEquals(WindowBudget.LEAST_TOKENS, budget.maxTokens());
    budget.fit(100, false);
    assertEquals(WindowBudget.LEAST_TOKENS, budget.maxTokens(), "it never grows again");
  }

  @Test
  void defaultTokens_leaveHalfToTheContext() {
    WindowBudget budget = budget(1000, 0, 0);
    budget.fit(500, true);
    assertEquals(250, budget.maxTokens());
    budget.fit(800, true);
    assertEquals(100, budget.maxTokens());
    assertEquals(100, budget.softRoom(800));
    budget.fit(960, true);
    assertEquals(WindowBudget.LEAST_TOKENS, budget.maxTokens());
    WindowBudget named = budget(1000, 300, 0);
    named.fit(600, true);
    assertEquals(300, named.maxTokens());
  }

  @Test
  void idsGeneratedAlready_keepRoomForOneMore() {
    WindowBudget budget =
        budget(1000, 0, 0, java.util.Collections.nCopies(100, 7).toArray(new Integer[0]));
    budget.fit(990, false);
    assertEquals(101, budget.maxTokens());
  }

  @Test
  void softRoom_leavesVerbatimChunksTheirShare() {
    assertEquals(600, budget(1000, 300, 0).softRoom(100));
    assertEquals(500, budget(1000, 300, 100).softRoom(100));
    assertEquals(300, budget(1000, 300, 900).softRoom(100));
    assertEquals(700 - 1000 / 16, budget(1000, 300, 0).softRoom());
  }
}
