package io.e2llm.trainer.run;

import io.e2llm.engine.chunk.Chunk;
import io.e2llm.engine.encoder.GraphSoftPrompts;
import io.e2llm.engine.torch.Autograd;
import io.e2llm.engine.torch.TorchTensor;
import io.e2llm.trainer.objective.ChunkedText;
import io.e2llm.trainer.objective.Vocabularies;
import io.e2llm.trainer.optimizer.AdamW;
import io.e2llm.trainer.optimizer.Schedule;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntConsumer;

/**
 * The first stage of a training: the projection of tokens learns to give, for each of the encoder's
 * tokens, the decoder's embedding of the same characters. The decoder then understands something
 * from the first step on. Least squares; confined to one thread.
 */
final class Alignment {
  private static final int CHUNKS = 16;
  private static final double RATE = 2e-3;
  private static final int WARM_UP = 30;
  private static final double LEAST = 0.01;

  private final GraphSoftPrompts softPrompts;
  private final Vocabularies vocabularies;
  private final List<Chunk> chunks;
  private final long seed;

  Alignment(
      GraphSoftPrompts softPrompts, Vocabularies vocabularies, List<ChunkedText> texts, long seed) {
    this.softPrompts = softPrompts;
    this.vocabularies = vocabularies;
    this.chunks = texts.stream().flatMap(text -> text.chunks().stream()).toList();
    this.seed = seed;
  }

  /**
   * Takes so many steps.
   *
   * @return the last steps' mean square of what is left, as a share of the embeddings' own
   */
  double run(AdamW optimizer, int steps, double clip, IntConsumer step) {
    Schedule schedule = new Schedule(RATE, WARM_UP, steps, LEAST);
    SplittableRandom random = new SplittableRandom(seed);
    double share = 1;
    for (int i = 1; i <= steps; i++) {
      List<Chunk> batch = new ArrayList<>();
      for (int j = 0; j < CHUNKS; j++) {
        batch.add(chunks.get(random.nextInt(chunks.size())));
      }
      double now = learn(batch);
      share += (now - share) / Math.min(i, 50);
      optimizer.step(i, schedule.at(i), clip);
      step.accept(i);
    }
    return share;
  }

  private double learn(List<Chunk> batch) {
    List<Chunk> some = batch.stream().filter(chunk -> chunk.tokens() > 0).toList();
    if (some.isEmpty()) {
      return 1;
    }
    try (TorchTensor tokens =
        softPrompts.tokens(
            some.stream().map(chunk -> softPrompts.prepare(chunk.text())).toList())) {
      float[] ours = tokens.toFloats();
      float[] theirs = new float[ours.length];
      int at = 0;
      for (Chunk chunk : some) {
        float[] wanted = vocabularies.of(chunk.text());
        System.arraycopy(wanted, 0, theirs, at, wanted.length);
        at += wanted.length;
      }
      int rows = ours.length / vocabularies.width();
      float[] gradient = new float[ours.length];
      double left = 0;
      double own = 0;
      for (int i = 0; i < ours.length; i++) {
        float difference = ours[i] - theirs[i];
        gradient[i] = 2 * difference / rows;
        left += difference * difference;
        own += theirs[i] * theirs[i];
      }
      try (TorchTensor back = TorchTensor.of(gradient, tokens.shape())) {
        Autograd.backward(tokens, back);
      }
      return left / own;
    }
  }
}
