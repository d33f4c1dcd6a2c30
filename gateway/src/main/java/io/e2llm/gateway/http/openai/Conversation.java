package io.e2llm.gateway.http.openai;

import io.e2llm.gateway.http.Fields;
import io.e2llm.gateway.http.HttpFailure;
import io.e2llm.gateway.v1.ChatMessage;
import io.e2llm.gateway.v1.ContextPiece;
import io.e2llm.gateway.v1.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The messages of a chat, in three lists: instructions, what of them becomes context, and the
 * conversation without that.
 *
 * @param system instructions
 * @param context long parts of the user's messages, and what is to be encoded by its own word
 * @param turns the user's and the assistant's messages
 */
record Conversation(List<ChatMessage> system, List<ContextPiece> context, List<ChatMessage> turns) {
  /** Copies the lists. */
  Conversation {
    system = List.copyOf(system);
    context = List.copyOf(context);
    turns = List.copyOf(turns);
  }

  /**
   * Reads messages.
   *
   * @throws HttpFailure naming the field that is wrong
   */
  static Conversation read(Fields body, LongText longText) {
    Reader reader = new Reader(longText);
    List<Fields> messages = body.objects("messages");
    if (messages.isEmpty()) {
      throw body.wrong("messages", "is missing or empty");
    }
    for (int i = 0; i < messages.size(); i++) {
      reader.read(messages.get(i), i + 1);
    }
    return new Conversation(reader.system, reader.context, reader.turns);
  }

  /** Puts messages where they belong. */
  private static final class Reader {
    private final LongText longText;
    private final List<ChatMessage> system = new ArrayList<>();
    private final List<ContextPiece> context = new ArrayList<>();
    private final List<ChatMessage> turns = new ArrayList<>();

    Reader(LongText longText) {
      this.longText = longText;
    }

    void read(Fields message, int number) {
      Role role = role(message);
      Optional<Boolean> encode = message.given("encode");
      List<String> said = new ArrayList<>();
      List<Part> parts = parts(message);
      for (Part part : parts) {
        boolean wanted =
            part.encode.or(() -> encode).orElse(role == Role.ROLE_USER && isLong(part));
        if (!wanted) {
          said.add(part.text);
        } else if (parts.size() == 1 && role == Role.ROLE_USER) {
          LongText.Split split = LongText.split(part.text);
          boolean asked = !split.question().isEmpty() || part.encode.or(() -> encode).isPresent();
          if (asked) {
            encode(split.context(), number);
          }
          said.add(asked ? split.question() : part.text);
        } else {
          encode(part.text, number);
        }
      }
      said.removeIf(String::isBlank);
      String text = String.join("\n\n", said);
      if (role == Role.ROLE_SYSTEM) {
        addSystem(message, text);
      } else if (text.isEmpty() && role == Role.ROLE_USER) {
        throw message.wrong("content", "holds no question beside the context");
      } else {
        turns.add(ChatMessage.newBuilder().setRole(role).setContent(text).build());
      }
    }

    private boolean isLong(Part part) {
      return longText.isLong(part.text);
    }

    private void encode(String text, int number) {
      if (!text.isBlank()) {
        String name = "message-" + number;
        context.add(ContextPiece.newBuilder().setDocument(name).setText(text).build());
      }
    }

    private void addSystem(Fields message, String text) {
      if (!turns.isEmpty()) {
        throw message.wrong("role", "is system behind the user's first message");
      }
      if (!text.isEmpty()) {
        system.add(ChatMessage.newBuilder().setRole(Role.ROLE_SYSTEM).setContent(text).build());
      }
    }
  }

  private record Part(String text, Optional<Boolean> encode) {}

  private static Role role(Fields message) {
    return switch (message.needed("role")) {
      case "system", "developer" -> Role.ROLE_SYSTEM;
      case "user" -> Role.ROLE_USER;
      case "assistant" -> Role.ROLE_ASSISTANT;
      case "tool", "function" ->
          throw HttpFailure.unsupported(message.path("role"), "this server calls no tools");
      default -> throw message.wrong("role", "is none of system, developer, user, assistant");
    };
  }

  private static List<Part> parts(Fields message) {
    if (message.value("content").isEmpty() && message.needed("role").equals("assistant")) {
      return List.of();
    }
    if (message.value("content").isEmpty()) {
      throw message.wrong("content", "is missing");
    }
    if (!message.value("content").get().isArray()) {
      return List.of(new Part(message.needed("content"), Optional.empty()));
    }
    List<Part> parts = new ArrayList<>();
    for (Fields part : message.objects("content")) {
      String type = part.needed("type");
      if (!type.equals("text")) {
        throw HttpFailure.unsupported(part.path("type"), "only text parts are read");
      }
      parts.add(new Part(part.needed("text"), part.given("encode")));
    }
    return parts;
  }
}
