package io.e2llm.engine.decoder;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** How well a decoder foretells a text: several pieces of it beside each other, token by token. */
final class Perplexity {
  private Perplexity() {}

  /**
   * The mean negative log-likelihood of a token, in nats.
   *
   * @param ids the text
   * @param window tokens of a piece; each is read without what stands before it
   * @param beside pieces that are read at once
   */
  static double nats(DecoderModel model, int[] ids, int window, int beside) {
    double sum = 0;
    int tokens = 0;
    for (int begin = 0; begin + beside * window <= ids.length; begin += beside * window) {
      List<int[]> pieces = new ArrayList<>();
      for (int i = 0; i < beside; i++) {
        int at = begin + i * window;
        pieces.add(Arrays.copyOfRange(ids, at, at + window));
      }
      sum += sum(model, pieces);
      tokens += beside * (window - 1);
    }
    return sum / tokens;
  }

  private static double sum(DecoderModel model, List<int[]> pieces) {
    List<Integer> sequences = pieces.stream().map(piece -> model.open()).toList();
    float[] row = new float[model.description().vocabulary()];
    double sum = 0;
    for (int at = 0; at + 1 < pieces.getFirst().length; at++) {
      List<StepInput> inputs = new ArrayList<>();
      for (int i = 0; i < pieces.size(); i++) {
        inputs.add(Reading.ids(sequences.get(i), pieces.get(i)[at]));
      }
      Logits logits = model.step(inputs);
      for (int i = 0; i < pieces.size(); i++) {
        logits.copyRow(i, row);
        sum += surprise(row, pieces.get(i)[at + 1]);
      }
    }
    sequences.forEach(model::release);
    return sum;
  }

  private static double surprise(float[] logits, int id) {
    double most = Double.NEGATIVE_INFINITY;
    for (float logit : logits) {
      most = Math.max(most, logit);
    }
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit - most);
    }
    return Math.log(sum) + most - logits[id];
  }
}
