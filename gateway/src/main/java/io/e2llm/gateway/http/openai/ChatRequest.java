package io.e2llm.gateway.http.openai;

import io.e2llm.gateway.http.Fields;
import io.e2llm.gateway.http.HttpFailure;
import io.e2llm.gateway.v1.ContextPiece;
import io.e2llm.gateway.v1.GenerateSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A request for a chat completion.
 *
 * @param model as the client names it
 * @param choices answers that are wanted
 * @param delivery how they are sent
 * @param question what is asked
 */
record ChatRequest(String model, int choices, Delivery delivery, Question question) {
  /**
   * Reads a body.
   *
   * @throws HttpFailure naming the field that is wrong
   */
  static ChatRequest read(Fields body, LongText longText) {
    AnswerFields.refuse(body);
    GenerateSettings.Builder settings = AnswerFields.read(body);
    settings.setLogProbabilities(body.flag("logprobs"));
    Conversation conversation = Conversation.read(body, longText);
    List<ContextPiece> context = documents(body);
    context.addAll(conversation.context());
    return new ChatRequest(
        body.needed("model"),
        AnswerFields.choices(body),
        Delivery.read(body),
        new Question(settings.build(), conversation.system(), context, conversation.turns()));
  }

  private static List<ContextPiece> documents(Fields body) {
    List<ContextPiece> pieces = new ArrayList<>();
    List<Fields> documents = body.objects("documents");
    for (int i = 0; i < documents.size(); i++) {
      Fields document = documents.get(i);
      String name = document.text("id").orElse("document-" + (i + 1));
      Optional<String> text = document.text("text");
      if (text.isEmpty() && document.text("id").isEmpty()) {
        throw document.wrong("id", "is missing, and so is the text");
      }
      ContextPiece.Builder piece = ContextPiece.newBuilder().setDocument(name);
      pieces.add(
          text.isPresent() ? piece.setText(text.get()).build() : piece.setStored(true).build());
    }
    return pieces;
  }

  /** What is asked for each choice. */
  List<Question> questions() {
    return IntStream.range(0, choices).mapToObj(question::choice).toList();
  }
}
