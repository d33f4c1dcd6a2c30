package io.e2llm.gateway.request;

import io.e2llm.engine.chunk.Chunk;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The chunks of a request's context and their embeddings. Memory: the text and one embedding for
 * each chunk. Belongs to the request's thread.
 */
final class ContextChunks {
  private final List<Chunk> chunks = new ArrayList<>();
  private final List<float @Nullable []> embeddings = new ArrayList<>();
  private long tokens;
  private int withTokens;
  private int encoded;
  private int cached;

  /** Adds the next chunk and returns its index. */
  int add(Chunk chunk) {
    chunks.add(chunk);
    embeddings.add(null);
    tokens += chunk.tokens();
    withTokens += chunk.tokens() > 0 ? 1 : 0;
    return chunks.size() - 1;
  }

  /** Notes a chunk's embedding; only the first counts. */
  void encoded(int index, float[] embedding, boolean fromCache) {
    if (embeddings.get(index) == null) {
      embeddings.set(index, embedding);
      encoded++;
      cached += fromCache ? 1 : 0;
    }
  }

  /** All chunks in order. */
  List<Chunk> all() {
    return chunks;
  }

  Chunk get(int index) {
    return chunks.get(index);
  }

  /** A chunk's embedding, or null while it is not known. */
  float @Nullable [] embedding(int index) {
    return embeddings.get(index);
  }

  int size() {
    return chunks.size();
  }

  /** Encoder tokens of all chunks. */
  long tokens() {
    return tokens;
  }

  /** Chunks that have tokens: those that encoders get. */
  int encodable() {
    return withTokens;
  }

  /** Chunks whose embedding is known. */
  int encoded() {
    return encoded;
  }

  /** Chunks done: those encoded, and those without tokens. */
  int done() {
    return encoded + chunks.size() - withTokens;
  }

  /** Chunks that a cache held. */
  int cached() {
    return cached;
  }
}
