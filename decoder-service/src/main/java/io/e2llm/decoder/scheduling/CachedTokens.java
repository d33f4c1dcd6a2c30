package io.e2llm.decoder.scheduling;

/**
 * How much of a generation's prompt was not computed for it. A position counts once, as it was when
 * the generation first came by: what it reads again after it had to make room does not count.
 */
final class CachedTokens {
  private int seen;
  private int textTokens;
  private int softTokens;

  /** Positions up to {@code position}, exclusive, were computed. */
  void computed(int position) {
    seen = Math.max(seen, position);
  }

  /** Positions up to {@code position}, exclusive, were there already. */
  void found(PromptReader reader, int position) {
    int to = Math.min(position, reader.promptTokens());
    if (to > seen) {
      int soft = reader.softTokens(seen, to);
      softTokens += soft;
      textTokens += to - seen - soft;
    }
    computed(position);
  }

  /** The soft prompts are void; the head before them stays. */
  void reset(int headTokens) {
    seen = Math.min(seen, headTokens);
    softTokens = 0;
  }

  int textTokens() {
    return textTokens;
  }

  int softTokens() {
    return softTokens;
  }
}
