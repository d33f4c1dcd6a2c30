package io.e2llm.gateway.http.openai;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.e2llm.gateway.v1.Token;
import java.util.List;
import java.util.Optional;

/**
 * Answers as plain text that goes on with a prompt.
 *
 * @param envelope of the request
 * @param logProbabilities whether tokens carry them
 * @param echoed what stands before each choice's text: the prompt where the client wants it back
 */
record TextForm(Envelope envelope, boolean logProbabilities, List<String> echoed)
    implements AnswerForm {
  private static final String KIND = "text_completion";

  /** Copies what is echoed. */
  TextForm {
    echoed = List.copyOf(echoed);
  }

  @Override
  public ObjectNode whole() {
    return envelope.of(KIND);
  }

  @Override
  public ObjectNode event() {
    return envelope.of(KIND);
  }

  @Override
  public void complete(ObjectNode choice, int number, String text, List<Token> tokens) {
    choice.put("index", number);
    choice.put("text", echoed.get(number) + text);
    probabilities(choice, tokens);
  }

  @Override
  public Optional<ObjectNode> opening(int number) {
    if (echoed.get(number).isEmpty()) {
      return Optional.empty();
    }
    ObjectNode event = about(number);
    AnswerForm.choice(event).put("text", echoed.get(number));
    return Optional.of(event);
  }

  @Override
  public void token(ObjectNode choice, Token token) {
    choice.put("text", token.getText());
    probabilities(choice, List.of(token));
  }

  @Override
  public void ending(ObjectNode choice, String text) {
    choice.put("text", text);
  }

  private void probabilities(ObjectNode choice, List<Token> tokens) {
    if (!logProbabilities) {
      choice.putNull("logprobs");
      return;
    }
    ObjectNode told = choice.putObject("logprobs");
    ArrayNode texts = told.putArray("tokens");
    ArrayNode values = told.putArray("token_logprobs");
    for (Token token : tokens) {
      texts.add(token.getText());
      values.add(token.getLogProbability());
    }
    told.putNull("top_logprobs");
  }
}
