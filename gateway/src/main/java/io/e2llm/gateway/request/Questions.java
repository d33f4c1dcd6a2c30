package io.e2llm.gateway.request;

import io.e2llm.engine.chat.ChatMessage;
import io.e2llm.engine.chunk.Chunk;
import io.e2llm.gateway.prompt.Relevance;
import io.e2llm.gateway.prompt.VerbatimSelection;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The user's messages, each embedded in as many pieces as the encoder needs. Belongs to the
 * request's thread.
 */
final class Questions {
  private final List<float @Nullable [][]> pieces = new ArrayList<>();
  private int missing;

  /** Cuts the user's messages; {@code wanted} gets each turn's pieces. */
  void ask(List<ChatMessage> users, Cutter cutter, ObjIntConsumer<List<Chunk>> wanted) {
    for (int turn = 0; turn < users.size(); turn++) {
      List<Chunk> cut = cutter.cut(users.get(turn).content());
      pieces.add(new float[cut.size()][]);
      missing += cut.size();
      wanted.accept(cut, turn);
    }
  }

  /** Notes an embedding. */
  void embedded(EncodeJob.QuestionTarget target, float[] embedding) {
    float @Nullable [][] turn = pieces.get(target.turn());
    if (turn[target.piece()] == null) {
      turn[target.piece()] = embedding;
      missing--;
    }
  }

  boolean complete() {
    return missing == 0;
  }

  int turns() {
    return pieces.size();
  }

  /** The relevance of a chunk to a turn; 0 when the question has nothing to embed. */
  float relevance(int turn, float @Nullable [] embedding) {
    float @Nullable [] question = average(turn);
    return question == null || embedding == null ? 0 : Relevance.cosine(question, embedding);
  }

  /** All chunks by their relevance to a turn. */
  List<Integer> ranked(int turn, ContextChunks chunks) {
    float @Nullable [] question = average(turn);
    return VerbatimSelection.ranked(
        chunks.all(),
        index -> {
          float @Nullable [] embedding = chunks.embedding(index);
          return question == null || embedding == null ? 0 : Relevance.cosine(question, embedding);
        });
  }

  private float @Nullable [] average(int turn) {
    List<float[]> known = new ArrayList<>();
    Arrays.stream(pieces.get(turn)).forEach(piece -> add(known, piece));
    return known.isEmpty() ? null : Relevance.average(known);
  }

  private static void add(List<float[]> known, float @Nullable [] piece) {
    if (piece != null) {
      known.add(piece);
    }
  }

  /** Cuts a question into pieces the encoder takes. */
  interface Cutter {
    /** The pieces that have tokens. */
    List<Chunk> cut(String question);
  }
}
