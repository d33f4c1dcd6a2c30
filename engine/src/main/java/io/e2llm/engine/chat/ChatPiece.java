package io.e2llm.engine.chat;

/** A piece of a rendered conversation. */
public sealed interface ChatPiece {
  /**
   * Template text; special tokens in it are parsed.
   *
   * @param text the text
   */
  record Template(String text) implements ChatPiece {}

  /**
   * The content of a message; special tokens in it are plain text.
   *
   * @param message index of the message
   * @param text the content as the template left it (some templates trim)
   */
  record Content(int message, String text) implements ChatPiece {}
}
