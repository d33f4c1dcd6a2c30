package io.e2llm.cli.eval;

import io.e2llm.gateway.v1.Usage;
import io.e2llm.trainer.data.Document.Question;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * What an arm made of a question.
 *
 * @param scores those that it has: without an answer of its own only {@link Score#NATS}
 * @param answer what it answered; empty where that was not asked for
 * @param promptTokens of text before the answer
 * @param softTokens before the answer
 * @param droppedChunks for which the window had no room
 * @param firstTokenMillis from the request to the first token of the right answer
 * @param answerMillis from the request to the end of its own answer; 0 where there is none
 */
record Scored(
    Map<Score, Double> scores,
    Optional<String> answer,
    int promptTokens,
    int softTokens,
    int droppedChunks,
    double firstTokenMillis,
    double answerMillis) {
  Scored {
    scores = new EnumMap<>(scores);
  }

  /**
   * Judges.
   *
   * @param forced the right answer as the arm was made to give it
   * @param tokens of the right answer
   * @param free its own answer
   */
  static Scored of(Question question, Reply forced, int tokens, Optional<Reply> free) {
    Map<Score, Double> scores = new EnumMap<>(Score.class);
    scores.put(Score.NATS, forced.nats() / tokens);
    free.ifPresent(reply -> scores.putAll(Score.of(reply.text(), question)));
    Usage usage = forced.end().getUsage();
    return new Scored(
        scores,
        free.map(Reply::text),
        usage.getPromptTokens(),
        usage.getSoftTokens(),
        usage.getDroppedChunks(),
        forced.firstTokenMillis(),
        free.map(Reply::totalMillis).orElse(0.0));
  }
}
