package io.e2llm.decoder.text;

import io.e2llm.engine.tokenizer.Tokenizer;
import java.util.List;

/** The text of one generation: detokenized, stop strings kept back. Not thread-safe. */
public final class OutputText {
  private final Detokenizer detokenizer;
  private final StopMatcher matcher;

  /** The empty text of a generation that ends before the first of {@code stops}. */
  public OutputText(Tokenizer tokenizer, List<String> stops) {
    detokenizer = new Detokenizer(tokenizer);
    matcher = new StopMatcher(stops);
  }

  /** The text that may leave with token {@code id}. */
  public String append(int id) {
    return matcher.append(detokenizer.append(id));
  }

  /** Whether a stop string came up. */
  public boolean stopped() {
    return matcher.stopped();
  }

  /** What may leave at the end. */
  public String finish() {
    return matcher.append(detokenizer.finish()) + matcher.finish();
  }
}
