package io.e2llm.gateway.http.openai;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.e2llm.gateway.v1.End;
import io.e2llm.gateway.v1.Token;
import java.util.List;
import java.util.Optional;

/** How answers look to a client: as a chat's messages or as plain text. */
interface AnswerForm {
  /** The whole answer, its choices still to be put into it. */
  ObjectNode whole();

  /** An event, its choices still to be put into it. */
  ObjectNode event();

  /** Puts a choice that is complete into {@code choice}. */
  void complete(ObjectNode choice, int number, String text, List<Token> tokens);

  /** What comes before a choice's first token, if anything does. */
  Optional<ObjectNode> opening(int number);

  /** A token, put into the event's {@code choice}. */
  void token(ObjectNode choice, Token token);

  /** The text that was held back until the end, put into the event's {@code choice}. */
  void ending(ObjectNode choice, String text);

  /** An event about one choice. */
  default ObjectNode about(int number) {
    ObjectNode event = event();
    ArrayNode choices = event.putArray("choices");
    choices.addObject().put("index", number).putNull("finish_reason");
    return event;
  }

  /** The choice that an event is about. */
  static ObjectNode choice(ObjectNode event) {
    return (ObjectNode) event.path("choices").path(0);
  }

  /** Why a choice ended. */
  static void finish(ObjectNode choice, End end) {
    choice.put("finish_reason", AnswerJson.finishReason(end.getFinishReason()));
  }
}
