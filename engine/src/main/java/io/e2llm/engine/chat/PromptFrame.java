package io.e2llm.engine.chat;

import java.util.List;

/**
 * The few words around context and question in a user's message. A bundle is trained with these
 * words: changing one is changing what it was trained for.
 *
 * <p>The first user message with context reads, where {@code soft} is the soft prompts if there are
 * any and each passage is a run of verbatim chunks:
 *
 * <pre>
 * Answer the question briefly, using the context alone.
 *
 * Context:
 * soft
 * passage
 *
 * passage
 *
 * Question: question
 * </pre>
 *
 * A later one has the same form without soft prompts; a message without context is the question
 * alone.
 */
public final class PromptFrame {
  /**
   * Stands before the context. Chosen among seven ways to say it by the likelihood of right answers
   * to questions about Wikipedia paragraphs; the figures stand in the README of the gateway.
   */
  public static final String CONTEXT =
      "Answer the question briefly, using the context alone.\n\nContext:\n";

  /** Stands between passages. */
  public static final String BETWEEN = "\n\n";

  /** Stands before the question when there is context. */
  public static final String QUESTION = "\n\nQuestion: ";

  private PromptFrame() {}

  /** A user's message without soft prompts: the passages, then the question. */
  public static String message(List<String> passages, String question) {
    return passages.isEmpty() ? question : CONTEXT + afterSoftPrompts(passages, question);
  }

  /** What follows soft prompts in a user's message. {@link #CONTEXT} stands before those. */
  public static String afterSoftPrompts(List<String> passages, String question) {
    return String.join(BETWEEN, passages) + QUESTION + question;
  }
}
