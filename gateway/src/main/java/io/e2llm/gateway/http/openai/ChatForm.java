package io.e2llm.gateway.http.openai;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.e2llm.gateway.v1.Token;
import java.util.List;
import java.util.Optional;

/**
 * Answers as a chat's messages.
 *
 * @param envelope of the request
 * @param logProbabilities whether tokens carry them
 */
record ChatForm(Envelope envelope, boolean logProbabilities) implements AnswerForm {
  @Override
  public ObjectNode whole() {
    return envelope.of("chat.completion");
  }

  @Override
  public ObjectNode event() {
    return envelope.of("chat.completion.chunk");
  }

  @Override
  public void complete(ObjectNode choice, int number, String text, List<Token> tokens) {
    choice.put("index", number);
    choice.putObject("message").put("role", "assistant").put("content", text);
    if (logProbabilities) {
      ArrayNode told = choice.putObject("logprobs").putArray("content");
      tokens.forEach(token -> told.add(AnswerJson.logProbability(token)));
    } else {
      choice.putNull("logprobs");
    }
  }

  @Override
  public Optional<ObjectNode> opening(int number) {
    ObjectNode event = about(number);
    AnswerForm.choice(event).putObject("delta").put("role", "assistant").put("content", "");
    return Optional.of(event);
  }

  @Override
  public void token(ObjectNode choice, Token token) {
    choice.putObject("delta").put("content", token.getText());
    if (logProbabilities) {
      choice.putObject("logprobs").putArray("content").add(AnswerJson.logProbability(token));
    }
  }

  @Override
  public void ending(ObjectNode choice, String text) {
    ObjectNode delta = choice.putObject("delta");
    if (!text.isEmpty()) {
      delta.put("content", text);
    }
  }
}
