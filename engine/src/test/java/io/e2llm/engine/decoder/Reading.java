package io.e2llm.engine.decoder;

import io.e2llm.engine.encoder.SoftPrompt;
import java.util.ArrayList;
import java.util.List;

/** Short ways for tests to make a decoder read. */
public final class Reading {
  private Reading() {}

  static StepInput ids(int sequence, int... ids) {
    return new StepInput(sequence, List.of(new StepInput.Ids(ids)), true);
  }

  static StepInput soft(int sequence, SoftPrompt rows) {
    return new StepInput(sequence, List.of(new StepInput.Soft(rows)), true);
  }

  /** Logits after one sequence read its input. */
  static float[] logits(DecoderModel model, StepInput input) {
    float[] row = new float[model.description().vocabulary()];
    model.step(List.of(input)).copyRow(0, row);
    return row;
  }

  /** Greedy ids after a prompt, the end token included, at most so many. */
  public static List<Integer> greedy(DecoderModel model, int[] prompt, int most) {
    int sequence = model.open();
    try {
      List<Integer> out = new ArrayList<>();
      int next = best(logits(model, ids(sequence, prompt)));
      out.add(next);
      while (out.size() < most && !model.description().endTokens().contains(next)) {
        next = best(logits(model, ids(sequence, next)));
        out.add(next);
      }
      return out;
    } finally {
      model.release(sequence);
    }
  }

  static int best(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      if (logits[i] > logits[best]) {
        best = i;
      }
    }
    return best;
  }

  /** The ids of the largest logits, largest first. */
  static List<Integer> top(float[] logits, int count) {
    float[] left = logits.clone();
    List<Integer> top = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int best = best(left);
      top.add(best);
      left[best] = Float.NEGATIVE_INFINITY;
    }
    return top;
  }

  /** Largest distance between two rows. */
  static float distance(float[] a, float[] b) {
    float most = 0;
    for (int i = 0; i < a.length; i++) {
      most = Math.max(most, Math.abs(a[i] - b[i]));
    }
    return most;
  }
}
