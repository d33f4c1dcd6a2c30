package io.e2llm.gateway.http.openai;

import io.e2llm.gateway.v1.ChatMessage;
import io.e2llm.gateway.v1.ContextPiece;
import io.e2llm.gateway.v1.GenerateRequest;
import io.e2llm.gateway.v1.GenerateSettings;
import java.util.List;

/**
 * What the gateway is asked for one choice.
 *
 * @param settings of the answer
 * @param system instructions
 * @param context in order
 * @param turns the conversation
 */
record Question(
    GenerateSettings settings,
    List<ChatMessage> system,
    List<ContextPiece> context,
    List<ChatMessage> turns) {
  /** Copies the lists. */
  Question {
    system = List.copyOf(system);
    context = List.copyOf(context);
    turns = List.copyOf(turns);
  }

  /** The same for a later choice: where the seed is given, it is another one. */
  Question choice(int number) {
    if (number == 0 || !settings.getSampling().hasSeed()) {
      return this;
    }
    GenerateSettings.Builder other = settings.toBuilder();
    other.getSamplingBuilder().setSeed(settings.getSampling().getSeed() + number);
    return new Question(other.build(), system, context, turns);
  }

  /** The first message to the gateway. */
  GenerateRequest first() {
    return GenerateRequest.newBuilder()
        .setSettings(settings)
        .setContextCodePoints(announced())
        .addAllMessages(system)
        .build();
  }

  /** The context's length; 0 where stored documents are part of it. */
  private long announced() {
    return context.stream().anyMatch(ContextPiece::getStored)
        ? 0
        : context.stream().mapToLong(Question::codePoints).sum();
  }

  private static long codePoints(ContextPiece piece) {
    return piece.getText().codePointCount(0, piece.getText().length());
  }

  /** The last message to the gateway. */
  GenerateRequest last() {
    return GenerateRequest.newBuilder().addAllMessages(turns).build();
  }
}
