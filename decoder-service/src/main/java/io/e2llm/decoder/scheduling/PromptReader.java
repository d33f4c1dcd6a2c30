package io.e2llm.decoder.scheduling;

import io.e2llm.engine.decoder.StepInput.Ids;
import io.e2llm.engine.decoder.StepInput.Piece;
import io.e2llm.engine.decoder.StepInput.Soft;
import io.e2llm.engine.encoder.SoftPrompt;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A prompt that is read while it arrives: head, soft prompts in order of their index, tail. Soft
 * prompts may come in any order; what may be read is what stands without a gap. Until the prompt is
 * closed its last position is held back, for nobody knows yet whether its logits are wanted. Not
 * thread-safe.
 */
final class PromptReader {
  private final int[] head;
  private final UnaryOperator<SoftPrompt> adapter;
  private final Map<Integer, SoftPrompt> soft = new HashMap<>();
  private int[] tail = {};
  private boolean closed;

  /** Soft prompts 0 to this, exclusive, are here without a gap. */
  private int contiguous;

  /** Positions from the beginning that are here without a gap. */
  private int ready;

  private int softTokens;

  private int position;

  /** The part the next position is in: 0 the head, i the soft prompt i - 1, last the tail. */
  private int part;

  /** The next position's place in its part. */
  private int offset;

  private @Nullable SoftPrompt adapted;

  /** A prompt that begins with {@code head}; {@code adapter} maps each soft prompt when read. */
  PromptReader(int[] head, UnaryOperator<SoftPrompt> adapter) {
    this.head = head;
    this.adapter = adapter;
    ready = head.length;
  }

  /** Takes the soft prompt {@code index}, which is not here yet. */
  void soft(int index, SoftPrompt softPrompt) {
    soft.put(index, softPrompt);
    softTokens += softPrompt.rows();
    for (SoftPrompt next = soft.get(contiguous); next != null; next = soft.get(contiguous)) {
      ready += next.rows();
      contiguous++;
    }
  }

  /** Takes what follows the soft prompts, of which none is missing. */
  void close(int[] ids) {
    if (contiguous != soft.size()) {
      throw new IllegalStateException("soft prompt " + contiguous + " is missing");
    }
    tail = ids;
    closed = true;
    ready += ids.length;
  }

  /**
   * Forgets the soft prompts.
   *
   * @return whether some were read already, so that reading has to begin again
   */
  boolean reset() {
    boolean again = part > 1 || (part == 1 && offset > 0);
    soft.clear();
    softTokens = 0;
    contiguous = 0;
    ready = head.length;
    adapted = null;
    return again;
  }

  /** Begins again from the head. */
  void rewind() {
    position = 0;
    part = 0;
    offset = 0;
    adapted = null;
  }

  /** Drops the soft prompts' memory once all is read; there is no rewinding after it. */
  void forget() {
    soft.clear();
    adapted = null;
  }

  boolean closed() {
    return closed;
  }

  /** Positions that may be read now. */
  int available() {
    return Math.max(0, ready - position - (closed ? 0 : 1));
  }

  /** Whether all of a closed prompt was read. */
  boolean complete() {
    return closed && position == ready;
  }

  /** Soft tokens received. */
  int softTokens() {
    return softTokens;
  }

  /** Positions received, gaps left out. */
  int received() {
    return head.length + softTokens + tail.length;
  }

  /** Reads the next {@code tokens} positions, at most {@link #available} of them. */
  List<Piece> read(int tokens) {
    List<Piece> pieces = new ArrayList<>();
    int left = tokens;
    while (left > 0) {
      int length = partLength();
      int count = Math.min(left, length - offset);
      if (count > 0) {
        pieces.add(piece(count));
      }
      left -= count;
      position += count;
      offset += count;
      if (offset == length) {
        part++;
        offset = 0;
        adapted = null;
      }
    }
    return pieces;
  }

  private int partLength() {
    if (part == 0) {
      return head.length;
    }
    return part <= contiguous ? softAt(part - 1).rows() : tail.length;
  }

  private SoftPrompt softAt(int index) {
    SoftPrompt prompt = soft.get(index);
    if (prompt == null) {
      throw new IllegalStateException("soft prompt " + index + " is not here");
    }
    return prompt;
  }

  private Piece piece(int count) {
    if (part == 0 || part > contiguous) {
      return new Ids(Arrays.copyOfRange(part == 0 ? head : tail, offset, offset + count));
    }
    SoftPrompt whole = adapted;
    if (whole == null) {
      whole = adapter.apply(softAt(part - 1));
      adapted = whole;
    }
    if (count == whole.rows()) {
      return new Soft(whole);
    }
    int width = whole.width();
    float[] values = Arrays.copyOfRange(whole.values(), offset * width, (offset + count) * width);
    return new Soft(new SoftPrompt(count, width, values));
  }
}
