package io.e2llm.gateway.prompt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.e2llm.common.error.Reason;
import io.e2llm.common.error.ServingException;
import io.e2llm.engine.chat.ChatMessage;
import io.e2llm.engine.chat.JinjaChatTemplate;
import io.e2llm.engine.chat.PromptFrame;
import io.e2llm.engine.chunk.Chunk;
import io.e2llm.gateway.TinyTokens;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** One token for each character and special, so that lengths can be counted by hand. */
final class PromptPlannerTest {
  private static final int CHUNK = 50;

  private final PromptRenderer renderer =
      new PromptRenderer(
          TinyTokens.DECODER,
          JinjaChatTemplate.of(TinyTokens.CHAT_TEMPLATE, "<|im_start|>", "<|im_end|>"));
  private final List<Chunk> chunks =
      IntStream.range(0, 10)
          .mapToObj(
              i ->
                  new Chunk(
                      "doc", (long) i * CHUNK, (i + 1L) * CHUNK, (i + "x".repeat(48) + " "), 49))
          .toList();
  private final VerbatimSelection selection = new VerbatimSelection(chunks, renderer);

  private static ChatMessage user(String text) {
    return new ChatMessage("user", text);
  }

  private static String text(PromptPlanner.Planned planned) {
    return TinyTokens.decode(
        IntStream.concat(
                IntStream.of(planned.prompt().head()), IntStream.of(planned.prompt().tail()))
            .boxed()
            .toList());
  }

  @Test
  void neighbours_areJoinedAndOthersApart() {
    assertEquals(
        List.of(chunks.get(1).text() + chunks.get(2).text().strip(), chunks.get(5).text().strip()),
        selection.passages(List.of(5, 2, 1)));
  }

  @Test
  void chunksOfDifferentDocuments_areApart() {
    List<Chunk> two = List.of(new Chunk("a", 0, 4, "One.", 2), new Chunk("b", 0, 4, "Two.", 2));
    assertEquals(
        List.of("One.", "Two."), new VerbatimSelection(two, renderer).passages(List.of(0, 1)));
  }

  @Test
  void budget_holdsTheMostRelevant() {
    assertEquals(List.of(7, 3), selection.choose(List.of(7, 3, 1, 2), 110));
    assertEquals(List.of(), selection.choose(List.of(7), 40));
  }

  @Test
  void room_isNeverExceeded() {
    List<ChatMessage> messages = List.of(user("Why?"));
    for (int room = 160; room < 700; room += 7) {
      PromptPlanner.Planned planned =
          new PromptPlanner(renderer, messages, room)
              .withVerbatim(
                  selection, List.of(IntStream.range(0, 10).boxed().toList()), 10_000, 40, true);
      int limit = room;
      assertTrue(planned.prompt().tokens() + 40 <= limit, () -> planned + " in " + limit);
    }
  }

  @Test
  void softPrompts_standBetweenContextAndPassages() {
    PromptPlanner.Planned planned =
        new PromptPlanner(renderer, List.of(user("Why?")), 1000)
            .withVerbatim(selection, List.of(List.of(4)), 60, 0, true);
    assertEquals(
        "<|im_start|>user\n" + PromptFrame.CONTEXT,
        TinyTokens.decode(IntStream.of(planned.prompt().head()).boxed().toList()));
    assertEquals(List.of(4), planned.verbatim());
    assertTrue(text(planned).contains(chunks.get(4).text().strip() + "\n\nQuestion: Why?"));
  }

  @Test
  void laterQuestion_addsItsOwnChunksLessThoseStanding() {
    List<ChatMessage> messages =
        List.of(user("Why?"), new ChatMessage("assistant", "So."), user("And?"));
    String text =
        text(
            new PromptPlanner(renderer, messages, 2000)
                .withVerbatim(selection, List.of(List.of(4, 5), List.of(5, 6)), 110, 0, false));
    assertEquals(2, text.split("Context:", -1).length - 1);
    assertEquals(2, text.split("5xxx", -1).length, text);
    assertTrue(text.indexOf("6xxx") > text.indexOf("So."));
  }

  @Test
  void conversationThatFillsTheWindow_givesUpEarlierChunks() {
    List<ChatMessage> messages = new ArrayList<>(List.of(user("Why?")));
    List<List<Integer>> rankings = new ArrayList<>(List.of(List.of(0, 1)));
    for (int i = 1; i < 4; i++) {
      messages.add(new ChatMessage("assistant", "So."));
      messages.add(user("And " + i + "?"));
      rankings.add(List.of(2 * i, 2 * i + 1));
    }
    PromptPlanner.Planned planned =
        new PromptPlanner(renderer, messages, 520).withVerbatim(selection, rankings, 110, 0, false);
    assertEquals(List.of(6, 7), planned.verbatim());
    assertFalse(text(planned).contains("0xxx"));
  }

  @Test
  void promptBeyondTheRoom_isRefused() {
    PromptPlanner planner = new PromptPlanner(renderer, List.of(user("x".repeat(100))), 100);
    ServingException refusal =
        assertThrows(ServingException.class, () -> planner.bareTokens(false));
    assertEquals(Reason.PROMPT_TOO_LONG, refusal.reason());
  }

  @Test
  void ranking_isByRelevanceThenOrderAndLeavesEmptyChunksOut() {
    List<Chunk> mixed =
        IntStream.range(0, 4)
            .mapToObj(i -> new Chunk("doc", i, i + 1L, "x", i == 2 ? 0 : 1))
            .collect(Collectors.toList());
    float[] relevance = {0.1f, 0.5f, 0.9f, 0.5f};
    assertEquals(List.of(1, 3, 0), VerbatimSelection.ranked(mixed, i -> relevance[i]));
  }
}
