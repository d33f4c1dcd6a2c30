package io.e2llm.decoder.sampling;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The sampler as its documentation reads: sort everything, keep a prefix, take the highest key. */
final class NaiveSampler {
  private NaiveSampler() {}

  static int sample(float[] logits, SamplingSettings settings, History history, long position) {
    settings.logitBias().forEach((id, bias) -> logits[id] += bias);
    history.penalize(logits, settings);
    List<Integer> ids =
        IntStream.range(0, logits.length)
            .boxed()
            .sorted(Comparator.<Integer>comparingDouble(id -> -logits[id]).thenComparing(id -> id))
            .collect(Collectors.toList());
    if (settings.greedy()) {
      return ids.get(0);
    }
    double scale = 1.0 / settings.temperature();
    if (settings.topK() > 0) {
      ids = ids.subList(0, Math.min(settings.topK(), ids.size()));
    }
    double max = logits[ids.get(0)];
    if (settings.topP() < 1) {
      ids = nucleus(logits, ids, scale, settings.topP());
    }
    return ids.stream()
        .filter(id -> Math.exp((logits[id] - max) * scale) >= settings.minP())
        .min(
            Comparator.<Integer>comparingDouble(
                    id -> -key(logits[id] - max, scale, settings.seed(), position, id))
                .thenComparing(id -> id))
        .orElseThrow();
  }

  private static List<Integer> nucleus(float[] logits, List<Integer> ids, double scale, double p) {
    double total = ids.stream().mapToDouble(id -> Math.exp(logits[id] * scale)).sum();
    double sum = 0;
    int kept = 0;
    while (kept < ids.size() && sum < p * total) {
      sum += Math.exp(logits[ids.get(kept++)] * scale);
    }
    return ids.subList(0, kept);
  }

  private static double key(double logit, double scale, long seed, long position, int id) {
    double u = Noise.uniform(Noise.stream(seed, position), id);
    return logit * scale - Math.log(-Math.log(u));
  }

  static double[] softmax(float[] logits, double scale) {
    double[] shares = new double[logits.length];
    double total = 0;
    for (int i = 0; i < logits.length; i++) {
      shares[i] = Math.exp(logits[i] * scale);
      total += shares[i];
    }
    for (int i = 0; i < logits.length; i++) {
      shares[i] /= total;
    }
    return shares;
  }
}
