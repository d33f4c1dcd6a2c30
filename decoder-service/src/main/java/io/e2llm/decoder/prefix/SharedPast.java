package io.e2llm.decoder.prefix;

import io.e2llm.engine.decoder.KvSpan;
import java.util.List;

/**
 * How a new sequence takes over a known prefix. Each span it begins with costs every later step a
 * merge of two attentions, so a short one at the end is copied into the sequence's own KV instead,
 * and so is, when there are too many, everything behind the first and those that are longer than
 * all that follows them.
 *
 * @param shared what the sequence begins with
 * @param copied what is copied behind that
 */
record SharedPast(List<KvSpan> shared, List<KvSpan> copied) {
  /** Shorter spans are copied. */
  static final int LEAST_SHARED = 64;

  /** Most spans a sequence begins with. */
  static final int MOST_SPANS = 4;

  /** The way for a prefix in {@code spans}. */
  static SharedPast of(List<KvSpan> spans) {
    if (spans.size() <= MOST_SPANS) {
      return at(spans, spans.size());
    }
    int shared = 1;
    while (shared < MOST_SPANS - 1
        && spans.get(shared).length() > tokens(spans.subList(shared + 1, spans.size()))) {
      shared++;
    }
    return at(spans, shared);
  }

  /** The way where there is no room for copies: what is short at the end is given up. */
  static SharedPast withoutCopies(List<KvSpan> spans) {
    return new SharedPast(at(spans, spans.size()).shared(), List.of());
  }

  private static SharedPast at(List<KvSpan> spans, int most) {
    int shared = most;
    while (shared > 0 && spans.get(shared - 1).length() < LEAST_SHARED) {
      shared--;
    }
    return new SharedPast(spans.subList(0, shared), spans.subList(shared, spans.size()));
  }

  int sharedTokens() {
    return tokens(shared);
  }

  int copiedTokens() {
    return tokens(copied);
  }

  private static int tokens(List<KvSpan> spans) {
    return spans.stream().mapToInt(KvSpan::length).sum();
  }
}
