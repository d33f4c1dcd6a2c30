package io.e2llm.decoder.sampling;

/**
 * The tokens one generation has seen: those of its prompt's text (soft tokens have no ids) and
 * those of its output. Not thread-safe.
 */
public final class History {
  private final TokenCounts prompt = new TokenCounts();
  private final TokenCounts output = new TokenCounts();

  /** Notes tokens of the prompt's text. */
  public void prompt(int[] ids) {
    for (int id : ids) {
      prompt.add(id);
    }
  }

  /** Notes a generated token. */
  public void output(int id) {
    output.add(id);
  }

  /** Applies the penalties to {@code logits} in place; see {@link Sampler} for their order. */
  void penalize(float[] logits, SamplingSettings settings) {
    float repetition = settings.repetitionPenalty();
    if (repetition != 1) {
      prompt.forEach((id, count) -> logits[id] = repeated(logits[id], repetition));
      output.forEach(
          (id, count) -> {
            if (prompt.count(id) == 0) {
              logits[id] = repeated(logits[id], repetition);
            }
          });
    }
    float presence = settings.presencePenalty();
    float frequency = settings.frequencyPenalty();
    if (presence != 0 || frequency != 0) {
      output.forEach((id, count) -> logits[id] -= frequency * count + presence);
    }
  }

  private static float repeated(float logit, float penalty) {
    return logit > 0 ? logit / penalty : logit * penalty;
  }
}
