package io.e2llm.gateway.http.openai;

import com.linecorp.armeria.common.HttpStatus;
import io.e2llm.gateway.http.Fields;
import io.e2llm.gateway.http.HttpFailure;
import io.e2llm.gateway.v1.ContextPiece;
import io.e2llm.gateway.v1.GenerateRequest;
import io.e2llm.gateway.v1.GenerateSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A request for a chat completion.
 *
 * @param model as the client names it
 * @param choices answers that are wanted
 * @param delivery how they are sent
 * @param settings how they are made
 * @param conversation what is said
 * @param documents context that comes before what the conversation brings
 */
record ChatRequest(
    String model,
    int choices,
    Delivery delivery,
    GenerateSettings settings,
    Conversation conversation,
    List<ContextPiece> documents) {
  /** Copies the documents. */
  ChatRequest {
    documents = List.copyOf(documents);
  }

  /**
   * How answers are sent.
   *
   * @param stream as they are made
   * @param usage with a last event that tells what was read and written
   * @param progress with events of how far encoding has come
   */
  record Delivery(boolean stream, boolean usage, boolean progress) {}

  /**
   * Reads a body.
   *
   * @throws HttpFailure naming the field that is wrong
   */
  static ChatRequest read(Fields body, LongText longText) {
    AnswerFields.refuse(body);
    GenerateSettings.Builder settings = AnswerFields.read(body);
    settings.setLogProbabilities(body.flag("logprobs"));
    Optional<Fields> options = body.object("stream_options");
    Delivery delivery =
        new Delivery(
            body.flag("stream"),
            options.map(o -> o.flag("include_usage")).orElse(false),
            options.map(o -> o.flag("include_progress")).orElse(false));
    return new ChatRequest(
        body.needed("model"),
        AnswerFields.choices(body),
        delivery,
        settings.build(),
        Conversation.read(body, longText),
        documents(body));
  }

  private static List<ContextPiece> documents(Fields body) {
    List<ContextPiece> pieces = new ArrayList<>();
    List<Fields> documents = body.objects("documents");
    for (int i = 0; i < documents.size(); i++) {
      Fields document = documents.get(i);
      String name = document.text("id").orElse("document-" + (i + 1));
      String text =
          document
              .text("text")
              .orElseThrow(
                  () ->
                      new HttpFailure(
                          HttpStatus.NOT_FOUND,
                          "unknown_document",
                          document.path("id"),
                          "there is no such document"));
      pieces.add(ContextPiece.newBuilder().setDocument(name).setText(text).build());
    }
    return pieces;
  }

  /** All context in order. */
  List<ContextPiece> context() {
    List<ContextPiece> all = new ArrayList<>(documents);
    all.addAll(conversation.context());
    return all;
  }

  /** The first message to the gateway, for an answer by its number from 0. */
  GenerateRequest first(int choice) {
    GenerateSettings.Builder own = settings.toBuilder();
    if (choice > 0 && own.getSampling().hasSeed()) {
      own.getSamplingBuilder().setSeed(own.getSampling().getSeed() + choice);
    }
    long codePoints =
        context().stream()
            .mapToLong(p -> p.getText().codePointCount(0, p.getText().length()))
            .sum();
    return GenerateRequest.newBuilder()
        .setSettings(own)
        .setContextCodePoints(codePoints)
        .addAllMessages(conversation.system())
        .build();
  }

  /** The last message to the gateway. */
  GenerateRequest last() {
    return GenerateRequest.newBuilder().addAllMessages(conversation.turns()).build();
  }
}
