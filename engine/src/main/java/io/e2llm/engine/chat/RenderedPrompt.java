package io.e2llm.engine.chat;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A prompt in the decoder's token ids, exactly as sent.
 *
 * @param head what stands before the soft prompts; empty when there are none
 * @param tail what stands after them
 */
@SuppressWarnings("ArrayRecordComponent") // compared by content below
public record RenderedPrompt(int[] head, int[] tail) {
  /** Tokens in all. */
  public int tokens() {
    return head.length + tail.length;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RenderedPrompt that
        && Arrays.equals(head, that.head)
        && Arrays.equals(tail, that.tail);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(head) + Arrays.hashCode(tail);
  }

  @Override
  public String toString() {
    return "RenderedPrompt[" + head.length + " + " + tail.length + " tokens]";
  }
}
