package io.e2llm.cli.answer;

import io.e2llm.cli.context.Document;
import io.e2llm.gateway.v1.ChatMessage;
import io.e2llm.gateway.v1.GenerateSettings;
import java.util.List;

/**
 * What is asked of the gateway.
 *
 * @param settings settings of the answer
 * @param codePoints the context's length; 0 is unknown
 * @param system system messages
 * @param documents the context
 * @param messages the other chat messages, the question last
 */
public record AnswerRequest(
    GenerateSettings settings,
    long codePoints,
    List<ChatMessage> system,
    List<Document> documents,
    List<ChatMessage> messages) {
  /** Copies the lists. */
  public AnswerRequest {
    system = List.copyOf(system);
    documents = List.copyOf(documents);
    messages = List.copyOf(messages);
  }

  /** The same about other messages. */
  public AnswerRequest with(List<ChatMessage> others) {
    return new AnswerRequest(settings, codePoints, system, documents, others);
  }
}
