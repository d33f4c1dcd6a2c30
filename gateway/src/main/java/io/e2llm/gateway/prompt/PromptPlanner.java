package io.e2llm.gateway.prompt;

import io.e2llm.common.error.Reason;
import io.e2llm.common.error.ServingException;
import io.e2llm.engine.chat.ChatMessage;
import io.e2llm.engine.chat.PromptFrame;
import io.e2llm.engine.chat.RenderedPrompt;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Fits a conversation and its verbatim chunks into the window: soft tokens + text + tokens to
 * generate never exceed it.
 *
 * <p>Each user's message gets chunks by its own relevance and from what room the conversation up to
 * it leaves, so that a conversation sent again with one more question has the same prompt up to
 * that question. When nothing worth having would be left for the last question, the earlier ones
 * give up their chunks.
 */
public final class PromptPlanner {
  private final PromptRenderer renderer;
  private final List<ChatMessage> messages;
  private final int room;
  private final int frameTokens;

  /**
   * A planner.
   *
   * @param messages the conversation, the last message the user's
   * @param room the window less the tokens to generate
   */
  public PromptPlanner(PromptRenderer renderer, List<ChatMessage> messages, int room) {
    this.renderer = renderer;
    this.messages = List.copyOf(messages);
    this.room = room;
    this.frameTokens = renderer.count(PromptFrame.CONTEXT) + renderer.count(PromptFrame.QUESTION);
  }

  /**
   * Tokens of the prompt without context.
   *
   * @param framed whether there will be context
   * @throws ServingException PROMPT_TOO_LONG when they exceed the room by themselves
   */
  public int bareTokens(boolean framed) {
    int tokens = renderer.render(messages, false).tokens() + (framed ? frameTokens : 0);
    if (tokens > room) {
      throw new ServingException(
          Reason.PROMPT_TOO_LONG,
          "the prompt takes "
              + tokens
              + " tokens and the window leaves "
              + Math.max(0, room)
              + " beside the tokens to generate");
    }
    return tokens;
  }

  /** The prompt with a whole text as context of the first question. */
  public RenderedPrompt withText(String context) {
    List<ChatMessage> framed = new ArrayList<>(messages);
    int first = users().getFirst();
    framed.set(
        first,
        new ChatMessage(
            "user", PromptFrame.message(List.of(context.strip()), messages.get(first).content())));
    RenderedPrompt prompt = renderer.render(framed, false);
    if (prompt.tokens() > room) {
      throw contextTooLong(prompt.tokens(), room);
    }
    return prompt;
  }

  /** Tells that a context does not fit as text. */
  public static ServingException contextTooLong(long tokens, int room) {
    return new ServingException(
        Reason.CONTEXT_TOO_LONG,
        "the context as text takes at least " + tokens + " tokens where " + room + " are left");
  }

  /** The prompt without verbatim chunks. */
  public Planned withoutVerbatim(boolean softPrompts) {
    return new Planned(render(List.of(), List.of(), softPrompts), List.of());
  }

  /**
   * The prompt with verbatim chunks.
   *
   * @param selection chooses among the chunks
   * @param rankings for each user's message in turn, the chunks, the most relevant first
   * @param budget most tokens of verbatim chunks for one message
   * @param softTokens soft tokens that stand before
   * @param softPrompts whether there are soft prompts
   */
  public Planned withVerbatim(
      VerbatimSelection selection,
      List<List<Integer>> rankings,
      int budget,
      int softTokens,
      boolean softPrompts) {
    List<List<Integer>> chosen = choose(selection, rankings, budget, softTokens, softPrompts, 0);
    if (chosen.isEmpty()) {
      chosen = choose(selection, rankings, budget, softTokens, softPrompts, rankings.size() - 1);
    }
    while (true) {
      RenderedPrompt prompt = render(selection, chosen, softPrompts);
      if (prompt.tokens() + softTokens <= room || !shorten(chosen)) {
        return new Planned(prompt, chosen.stream().flatMap(List::stream).sorted().toList());
      }
    }
  }

  /** The choice of every turn from {@code from} on; empty when too little is left for the last. */
  private List<List<Integer>> choose(
      VerbatimSelection selection,
      List<List<Integer>> rankings,
      int budget,
      int softTokens,
      boolean softPrompts,
      int from) {
    List<Integer> users = users();
    List<List<Integer>> chosen = new ArrayList<>();
    Set<Integer> standing = new HashSet<>();
    for (int turn = 0; turn < users.size(); turn++) {
      if (turn < from) {
        chosen.add(new ArrayList<>());
        continue;
      }
      int taken =
          new PromptPlanner(renderer, messages.subList(0, users.get(turn) + 1), room)
              .render(selection, chosen, softPrompts)
              .tokens();
      int left = Math.min(budget, room - softTokens - taken - frameTokens);
      boolean last = turn == users.size() - 1;
      if (last && from < turn && left < budget / 2) {
        return List.of();
      }
      List<Integer> own = new ArrayList<>(selection.choose(rankings.get(turn), left));
      own.removeAll(standing);
      standing.addAll(own);
      chosen.add(own);
    }
    return chosen;
  }

  /** Gives up the last question's least relevant chunk, or an earlier one's. */
  private static boolean shorten(List<List<Integer>> chosen) {
    for (List<Integer> own : chosen.reversed()) {
      if (!own.isEmpty()) {
        own.removeLast();
        return true;
      }
    }
    return false;
  }

  private RenderedPrompt render(
      VerbatimSelection selection, List<List<Integer>> chosen, boolean softPrompts) {
    return render(chosen, chosen.stream().map(selection::passages).toList(), softPrompts);
  }

  private RenderedPrompt render(
      List<List<Integer>> chosen, List<List<String>> passages, boolean softPrompts) {
    List<ChatMessage> framed = new ArrayList<>(messages);
    List<Integer> users = users();
    for (int turn = 0; turn < users.size(); turn++) {
      List<String> own = turn < chosen.size() ? passages.get(turn) : List.of();
      String question = messages.get(users.get(turn)).content();
      String content =
          turn == 0 && softPrompts
              ? PromptFrame.afterSoftPrompts(own, question)
              : PromptFrame.message(own, question);
      framed.set(users.get(turn), new ChatMessage("user", content));
    }
    return renderer.render(framed, softPrompts);
  }

  private List<Integer> users() {
    List<Integer> users = new ArrayList<>();
    for (int i = 0; i < messages.size(); i++) {
      if (messages.get(i).role().equals("user")) {
        users.add(i);
      }
    }
    return users;
  }

  /**
   * A prompt that fits.
   *
   * @param prompt what is sent
   * @param verbatim chunks that stand in it, in document order
   */
  public record Planned(RenderedPrompt prompt, List<Integer> verbatim) {
    /** Copies the chunks. */
    public Planned {
      verbatim = List.copyOf(verbatim);
    }
  }
}
