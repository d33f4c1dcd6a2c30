package io.e2llm.gateway.request;

import io.e2llm.engine.chat.PromptFrame;
import io.e2llm.gateway.prompt.PromptPlanner;
import io.e2llm.gateway.prompt.PromptRenderer;
import io.e2llm.gateway.v1.ContextPiece;

/**
 * A context on its way into the prompt as it is. Tokens are counted as it comes, so that one that
 * cannot fit is refused before it is all here. Belongs to the request's thread.
 */
final class TextContext {
  /** Text counted at once. */
  private static final int SLICE = 32_768;

  /** Tokens that counting in slices may find too many of at each cut. */
  private static final int SLACK = 8;

  private final PromptRenderer renderer;
  private final int room;
  private final StringBuilder text = new StringBuilder();
  private String document = "";
  private int counted;
  private long tokens;

  TextContext(PromptRenderer renderer, int room) {
    this.renderer = renderer;
    this.room = room;
  }

  /**
   * Takes a piece.
   *
   * @throws io.e2llm.common.error.ServingException CONTEXT_TOO_LONG when it cannot fit
   */
  void add(ContextPiece piece) {
    if (text.length() > 0 && !document.equals(piece.getDocument())) {
      text.append(PromptFrame.BETWEEN);
    }
    document = piece.getDocument();
    text.append(piece.getText());
    while (text.length() - counted >= SLICE) {
      tokens += renderer.count(text.substring(counted, counted + SLICE)) - SLACK;
      counted += SLICE;
      if (tokens > room) {
        throw PromptPlanner.contextTooLong(tokens, room);
      }
    }
  }

  /** The whole text. */
  String text() {
    return text.toString();
  }
}
