package io.e2llm.trainer.objective;

import io.e2llm.engine.chunk.Chunk;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/**
 * Whether an exercise's names and numbers are exchanged.
 *
 * @param share of exercises in which they are, from 0 to 1
 * @param names that stand for others
 * @param chunker cuts a text as it is cut when it is served: others may be longer
 */
public record Renaming(double share, Names names, Function<String, ChunkedText> chunker) {
  /** For an exercise about a text: what exchanges them, or leaves all as it is. */
  UnaryOperator<String> draw(String text, RandomGenerator random) {
    return share > 0 && random.nextDouble() < share
        ? names.exchange(text, random)
        : UnaryOperator.identity();
  }

  /** The chunks of a text with its names exchanged. */
  List<String> chunks(List<String> chunks, UnaryOperator<String> exchange) {
    String text = String.join("", chunks);
    String renamed = exchange.apply(text);
    return renamed.equals(text)
        ? chunks
        : chunker.apply(renamed).chunks().stream().map(Chunk::text).toList();
  }
}
