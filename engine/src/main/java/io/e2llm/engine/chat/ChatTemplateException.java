package io.e2llm.engine.chat;

import java.io.Serial;

/** A chat template cannot be rendered, or refuses a conversation. */
public final class ChatTemplateException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  /** A failure told by {@code message}. */
  public ChatTemplateException(String message) {
    super(message);
  }
}
