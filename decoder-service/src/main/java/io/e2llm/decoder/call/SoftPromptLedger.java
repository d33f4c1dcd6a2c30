package io.e2llm.decoder.call;

import io.e2llm.common.error.Reason;
import io.e2llm.common.error.ServingException;
import java.util.BitSet;

/**
 * Which soft prompts of a generation have come, and how many tokens they are. Confined to the
 * call's incoming messages.
 */
final class SoftPromptLedger {
  private final int window;
  private final int headTokens;
  private final BitSet indices = new BitSet();
  private int tokens;

  SoftPromptLedger(int window, int headTokens) {
    this.window = window;
    this.headTokens = headTokens;
    checkFits(0);
  }

  /** Refuses an index that is there already or can never be in the window. */
  void checkIndex(int index) {
    if (index < 0 || index >= window) {
      throw new ServingException(
          Reason.INVALID_REQUEST,
          "soft prompt index " + Integer.toUnsignedString(index) + " is past the window");
    }
    if (indices.get(index)) {
      throw new ServingException(
          Reason.INVALID_REQUEST, "soft prompt " + index + " came twice without a reset between");
    }
  }

  /** Notes a soft prompt whose index was checked. */
  void add(int index, int rows) {
    checkFits(rows);
    indices.set(index);
    tokens += rows;
  }

  /** Forgets all. */
  void reset() {
    indices.clear();
    tokens = 0;
  }

  /** Checks, at the prompt, that exactly {@code count} have come and that everything fits. */
  void close(int count, int tailTokens) {
    int first = indices.nextClearBit(0);
    if (count < 0 || first < count) {
      throw new ServingException(
          Reason.INVALID_REQUEST, "soft prompt " + first + " is missing at the prompt");
    }
    if (indices.length() > count) {
      throw new ServingException(
          Reason.INVALID_REQUEST,
          "soft prompt " + (indices.length() - 1) + " came, and the prompt counts " + count);
    }
    checkFits(tailTokens);
    if (headTokens + tokens + tailTokens == 0) {
      throw new ServingException(Reason.INVALID_REQUEST, "the prompt is empty");
    }
  }

  private void checkFits(int more) {
    long all = (long) headTokens + tokens + more;
    if (all >= window) {
      throw new ServingException(
          Reason.PROMPT_TOO_LONG,
          "a prompt of " + all + " tokens leaves no room in the window of " + window);
    }
  }
}
