package io.e2llm.gateway.prompt;

import io.e2llm.common.error.Reason;
import io.e2llm.common.error.ServingException;
import io.e2llm.engine.chat.ChatMessage;
import io.e2llm.engine.chat.ChatTemplate;
import io.e2llm.engine.chat.ChatTemplateException;
import io.e2llm.engine.chat.ConversationTokens;
import io.e2llm.engine.chat.RenderedPrompt;
import io.e2llm.engine.tokenizer.Tokenizer;
import java.util.List;
import java.util.function.Supplier;

/** {@link ConversationTokens} whose failures are told to clients. Thread-safe. */
public final class PromptRenderer {
  private final ConversationTokens tokens;

  /** A renderer for the decoder that has this tokenizer and this template. */
  public PromptRenderer(Tokenizer tokenizer, ChatTemplate template) {
    tokens = new ConversationTokens(tokenizer, template);
  }

  /** Tokens of a text within a message. */
  public int count(String text) {
    return tokens.count(text);
  }

  /**
   * A conversation as it is sent.
   *
   * @param messages system messages, then user and assistant in turn; contents framed already
   * @param softPrompts whether soft prompts stand before the first user's content
   * @throws ServingException CHAT_TEMPLATE when the template refuses the conversation
   */
  public RenderedPrompt render(List<ChatMessage> messages, boolean softPrompts) {
    return told(() -> tokens.render(messages, softPrompts));
  }

  /**
   * The head alone, while the user's messages are still to come.
   *
   * @throws ServingException CHAT_TEMPLATE when the template refuses the conversation
   */
  public int[] head(List<ChatMessage> systemMessages) {
    return told(() -> tokens.head(systemMessages));
  }

  private static <T> T told(Supplier<T> rendering) {
    try {
      return rendering.get();
    } catch (ChatTemplateException e) {
      throw new ServingException(
          Reason.CHAT_TEMPLATE, "the chat template refuses the messages: " + e.getMessage(), e);
    }
  }
}
