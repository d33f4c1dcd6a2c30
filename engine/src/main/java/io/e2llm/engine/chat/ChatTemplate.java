package io.e2llm.engine.chat;

import java.util.List;

/**
 * A model's chat template. Thread-safe.
 *
 * <p>The template is rendered with a random nonce in place of each content and split there, so that
 * only the template's own text is ever parsed for special tokens.
 */
public interface ChatTemplate {
  /**
   * The rendered conversation as alternating pieces: template text, content, template text, …
   *
   * @param messages at least one; roles as the template knows them
   * @param addGenerationPrompt whether to end with the head of an assistant message
   * @throws ChatTemplateException when the template refuses the conversation
   */
  List<ChatPiece> render(List<ChatMessage> messages, boolean addGenerationPrompt);

  /** The template's source, as the model brings it. */
  String source();

  /** Text of the beginning-of-sequence token the template may name; empty when there is none. */
  String bosToken();

  /** Text of the end-of-sequence token the template may name; empty when there is none. */
  String eosToken();
}
