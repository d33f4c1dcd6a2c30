package io.e2llm.gateway.request;

/**
 * How the tokens of one answer share the decoder's window: soft tokens, verbatim text, prompt and
 * tokens to generate together never exceed it. A number of tokens to generate that the client named
 * is kept; a default one gives way to a long prompt, down to {@value #LEAST_TOKENS} tokens. Belongs
 * to the request's thread.
 */
final class WindowBudget {
  /** A default number of tokens to generate does not shrink below this. */
  static final int LEAST_TOKENS = 32;

  /** Share of the window kept for the conversation while it is still to come: a sixteenth. */
  private static final int CONVERSATION_SHARE = 16;

  private final int window;
  private final int leastTokens;
  private final int verbatimTokens;
  private int maxTokens;

  /**
   * A budget.
   *
   * @param window tokens of the window
   * @param verbatimTokens most tokens of verbatim chunks; 0 in a mode without
   */
  WindowBudget(int window, AnswerSettings settings, int verbatimTokens) {
    this.window = window;
    this.verbatimTokens = verbatimTokens;
    maxTokens = settings.maxTokens();
    leastTokens =
        settings.maxTokensNamed()
            ? maxTokens
            : Math.min(maxTokens, Math.max(LEAST_TOKENS, settings.generatedIds().size() + 1));
  }

  /** Tokens to generate. */
  int maxTokens() {
    return maxTokens;
  }

  /** Most tokens of verbatim chunks for one question. */
  int verbatimTokens() {
    return verbatimTokens;
  }

  /** Tokens that are left beside those to generate. */
  int room() {
    return window - maxTokens;
  }

  /** Tokens that would be left if as few were generated as may be. */
  int mostRoom() {
    return window - leastTokens;
  }

  /**
   * Lets a default number of tokens to generate give way to a prompt of so many tokens. Where
   * context is still to come, it gets half of what the prompt leaves.
   */
  void fit(int promptTokens, boolean contextFollows) {
    int left = window - promptTokens;
    maxTokens = Math.max(leastTokens, Math.min(maxTokens, contextFollows ? left / 2 : left));
  }

  /** Soft tokens that fit while the conversation is not known. */
  long softRoom() {
    return softRoom(window / CONVERSATION_SHARE);
  }

  /** Soft tokens that fit beside a conversation of so many tokens and its verbatim chunks. */
  long softRoom(int conversationTokens) {
    long left = (long) room() - conversationTokens;
    return left - Math.min(verbatimTokens, left / 2);
  }
}
