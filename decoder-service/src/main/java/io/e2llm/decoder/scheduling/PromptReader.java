package io.e2llm.decoder.scheduling;

import io.e2llm.decoder.prefix.Keys;
import io.e2llm.decoder.prefix.SoftKeys;
import io.e2llm.decoder.soft.SoftPromptBytes;
import io.e2llm.engine.decoder.StepInput.Ids;
import io.e2llm.engine.decoder.StepInput.Piece;
import io.e2llm.engine.decoder.StepInput.Soft;
import io.e2llm.engine.encoder.SoftPrompt;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a generation reads, while it arrives: head, soft prompts in order of their index, then text:
 * the tail, and every token generated. Soft prompts may come in any order; what may be read is what
 * stands without a gap. Until the prompt is closed its last position is held back, for nobody knows
 * yet whether its logits are wanted. Everything is kept until the end, so that it can be read
 * again. Not thread-safe.
 */
final class PromptReader {
  /**
   * What arrives is read in pieces of at least so many positions, as every step reads all the
   * model's weights, however few its tokens.
   */
  static final int GATHERED = 64;

  private final int[] head;
  private final Function<SoftPromptBytes, SoftPrompt> adapter;
  private final SoftKeys softKeys;
  private final Keys keys = new Keys();
  private final Map<Integer, SoftPromptBytes> soft = new HashMap<>();

  /** First positions of the soft prompts that stand without a gap; ascending. */
  private final List<Integer> softStarts = new ArrayList<>();

  private int[] text = {};
  private int textLength;
  private int generated;
  private boolean closed;

  /** First position of the text, once the prompt is closed. */
  private int textStart;

  private int softTokens;
  private long softBytes;
  private int position;
  private int adaptedIndex;
  private @Nullable SoftPrompt adapted;

  /** A prompt that begins with {@code head}; {@code adapter} maps each soft prompt when read. */
  PromptReader(int[] head, Function<SoftPromptBytes, SoftPrompt> adapter, SoftKeys softKeys) {
    this.head = head;
    this.adapter = adapter;
    this.softKeys = softKeys;
    keys.addIds(head);
  }

  /** Takes the soft prompt {@code index}, which is not here yet. */
  void soft(int index, SoftPromptBytes softPrompt) {
    soft.put(index, softPrompt);
    softTokens += softPrompt.rows();
    softBytes += softPrompt.bytes();
    for (SoftPromptBytes next = nextSoft(); next != null; next = nextSoft()) {
      softStarts.add(keys.size());
      softKeys.add(next.digest(), next.rows(), keys);
    }
  }

  private @Nullable SoftPromptBytes nextSoft() {
    return soft.get(softStarts.size());
  }

  /** Takes what follows the soft prompts, of which none is missing. */
  void close(int[] ids) {
    if (softStarts.size() != soft.size()) {
      throw new IllegalStateException("soft prompt " + softStarts.size() + " is missing");
    }
    text = ids;
    textLength = ids.length;
    textStart = keys.size();
    closed = true;
    keys.addIds(ids);
  }

  /** Takes a generated token, which stands behind all others. */
  void append(int id) {
    if (textLength == text.length) {
      text = Arrays.copyOf(text, Math.max(16, 2 * textLength));
    }
    text[textLength++] = id;
    generated++;
    keys.add(id);
  }

  /**
   * Forgets the soft prompts.
   *
   * @return whether some were read already, so that reading has to begin again
   */
  boolean reset() {
    soft.clear();
    softStarts.clear();
    softTokens = 0;
    softBytes = 0;
    keys.truncate(head.length);
    adapted = null;
    return position > head.length;
  }

  /** Goes on at {@code toPosition}, wherever that is. */
  void seek(int toPosition) {
    position = toPosition;
  }

  /** Drops what is only needed for reading, which is over. */
  void forget() {
    soft.clear();
    softBytes = 0;
    adapted = null;
  }

  boolean closed() {
    return closed;
  }

  /** Where reading goes on. */
  int position() {
    return position;
  }

  /** Keys of all positions that are here without a gap. */
  Keys keys() {
    return keys;
  }

  /** Positions that may be read now; after the head few at a time only when all are here. */
  int available() {
    int unread = keys.size() - position;
    if (closed) {
      return unread;
    }
    boolean worthAStep = position < head.length || unread > GATHERED;
    return worthAStep ? Math.max(0, unread - 1) : 0;
  }

  /** Positions that need not be read where others have read them: all but the last. */
  int shareable() {
    return Math.max(0, keys.size() - 1);
  }

  /** Whether all is read, so that the next token is wanted. */
  boolean complete() {
    return closed && position == keys.size();
  }

  /** Soft tokens received. */
  int softTokens() {
    return softTokens;
  }

  /** Bytes of soft prompts kept. */
  long softBytes() {
    return softBytes;
  }

  /** Positions of head, soft prompts and tail received, gaps left out. */
  int promptTokens() {
    return head.length + softTokens + textLength - generated;
  }

  /** All positions received, generated tokens included, gaps left out. */
  int received() {
    return head.length + softTokens + textLength;
  }

  /** How many of the positions from {@code from} to {@code to}, exclusive, are soft tokens. */
  int softTokens(int from, int to) {
    int end = closed ? textStart : keys.size();
    return Math.max(0, Math.min(to, end) - Math.max(from, head.length));
  }

  /** Reads the next {@code tokens} positions, at most {@link #available} of them. */
  List<Piece> read(int tokens) {
    int end = position + tokens;
    if (closed && position >= textStart) { // as every generated token is
      return List.of(text(end));
    }
    List<Piece> pieces = new ArrayList<>();
    while (position < end) {
      if (position < head.length) {
        int to = Math.min(end, head.length);
        pieces.add(new Ids(Arrays.copyOfRange(head, position, to)));
        position = to;
      } else if (closed && position >= textStart) {
        pieces.add(text(end));
      } else {
        pieces.add(soft(end));
      }
    }
    return pieces;
  }

  private Piece text(int end) {
    Ids ids = new Ids(Arrays.copyOfRange(text, position - textStart, end - textStart));
    position = end;
    return ids;
  }

  private Piece soft(int end) {
    int index = indexAt(position);
    int start = softStarts.get(index);
    SoftPrompt whole = adapted(index);
    int to = Math.min(end, start + whole.rows());
    int from = position;
    position = to;
    if (to - from == whole.rows()) {
      return new Soft(whole);
    }
    int width = whole.width();
    float[] values =
        Arrays.copyOfRange(whole.values(), (from - start) * width, (to - start) * width);
    return new Soft(new SoftPrompt(to - from, width, values));
  }

  /** The soft prompt that {@code at} lies in. */
  private int indexAt(int at) {
    int low = 0;
    int high = softStarts.size() - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (softStarts.get(middle) <= at) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  private SoftPrompt adapted(int index) {
    SoftPrompt known = adapted;
    if (known == null || adaptedIndex != index) {
      SoftPromptBytes bytes = soft.get(index);
      if (bytes == null) {
        throw new IllegalStateException("soft prompt " + index + " is not here");
      }
      known = adapter.apply(bytes);
      adapted = known;
      adaptedIndex = index;
    }
    return known;
  }
}
