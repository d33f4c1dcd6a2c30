package io.e2llm.gateway.request;

import io.e2llm.engine.chunk.Chunk;
import java.util.List;

/**
 * The embedding of a text that is embedded in pieces: their mean, weighted by tokens, at length 1.
 * Of one piece it is that piece's. Belongs to the request's thread.
 */
final class TextEmbedding {
  private final List<Chunk> pieces;
  private final float[][] embeddings;
  private final int width;

  /** Of these pieces, whose embeddings are still to come. */
  TextEmbedding(List<Chunk> pieces, int width) {
    this.pieces = pieces;
    this.width = width;
    embeddings = new float[pieces.size()][];
  }

  /** Takes the embedding of a piece. */
  void add(int piece, float[] embedding) {
    embeddings[piece] = embedding;
  }

  /** Encoder tokens of all pieces. */
  int tokens() {
    return pieces.stream().mapToInt(Chunk::tokens).sum();
  }

  /** The mean, once all have come; zeros where there is no piece. */
  float[] mean() {
    if (embeddings.length == 1) {
      return embeddings[0];
    }
    double[] sum = new double[width];
    for (int piece = 0; piece < embeddings.length; piece++) {
      int weight = pieces.get(piece).tokens();
      for (int i = 0; i < width; i++) {
        sum[i] += weight * (double) embeddings[piece][i];
      }
    }
    double square = 0;
    for (double value : sum) {
      square += value * value;
    }
    float[] mean = new float[width];
    for (int i = 0; i < width && square > 0; i++) {
      mean[i] = (float) (sum[i] / Math.sqrt(square));
    }
    return mean;
  }
}
