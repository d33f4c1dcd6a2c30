package io.e2llm.gateway.request;

import io.e2llm.common.error.Reason;
import io.e2llm.common.error.ServingException;
import io.e2llm.engine.chat.ChatMessage;
import io.e2llm.gateway.documents.Documents;
import io.e2llm.gateway.v1.ContextPiece;
import io.e2llm.gateway.v1.GenerateRequest;
import io.e2llm.gateway.v1.GenerateSettings;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The order of a client's messages: settings first, then system messages, context pieces, and the
 * conversation. Holds what was read until it is taken. Belongs to the request's thread.
 */
final class RequestReader {
  private final long maxContextCodePoints;
  private final Documents documents;
  private final Deque<ContextPiece> pieces = new ArrayDeque<>();
  private final List<ChatMessage> messages = new ArrayList<>();
  private GenerateSettings settings = GenerateSettings.getDefaultInstance();
  private long announcedCodePoints;
  private long contextCodePoints;
  private long messageCodePoints;
  private Stage stage = Stage.FIRST;

  private enum Stage {
    FIRST,
    SYSTEM,
    CONTEXT,
    CONVERSATION
  }

  RequestReader(long maxContextCodePoints, Documents documents) {
    this.maxContextCodePoints = maxContextCodePoints;
    this.documents = documents;
  }

  /**
   * Reads a message.
   *
   * @throws ServingException INVALID_REQUEST when it is out of order, CONTEXT_TOO_LONG or
   *     PROMPT_TOO_LONG when it is over the limit
   */
  void read(GenerateRequest message) {
    boolean first = stage == Stage.FIRST;
    check(first || !message.hasSettings(), "settings stand in the first message only");
    check(
        first || message.getContextCodePoints() == 0,
        "context_code_points stand in the first message only");
    if (first) {
      settings = message.getSettings();
      announcedCodePoints = message.getContextCodePoints();
      if (Long.compareUnsigned(announcedCodePoints, maxContextCodePoints) > 0) {
        throw contextTooLong();
      }
      stage = Stage.SYSTEM;
    }
    List<io.e2llm.gateway.v1.ChatMessage> chat = message.getMessagesList();
    int systems = 0;
    while (systems < chat.size() && role(chat.get(systems)).equals("system")) {
      add(chat.get(systems++));
    }
    message.getContextList().forEach(this::add);
    chat.subList(systems, chat.size()).forEach(this::add);
  }

  private void add(io.e2llm.gateway.v1.ChatMessage message) {
    String role = role(message);
    if (role.equals("system")) {
      check(stage == Stage.SYSTEM, "a system message stands after context or conversation");
    } else {
      check(
          stage == Stage.CONVERSATION || role.equals("user"),
          "the conversation begins with the user");
      stage = Stage.CONVERSATION;
    }
    messageCodePoints += codePoints(message.getContent());
    if (messageCodePoints > maxContextCodePoints) {
      throw new ServingException(
          Reason.PROMPT_TOO_LONG,
          "the messages have more than " + maxContextCodePoints + " code points");
    }
    messages.add(new ChatMessage(role, message.getContent()));
  }

  private void add(ContextPiece piece) {
    check(stage != Stage.CONVERSATION, "a context piece stands after a user message");
    if (piece.getStored()) {
      check(piece.getText().isEmpty(), "a context piece has text and names a stored document");
      addStored(piece.getDocument());
      return;
    }
    if (piece.getText().isEmpty()) {
      return;
    }
    stage = Stage.CONTEXT;
    contextCodePoints += codePoints(piece.getText());
    if (contextCodePoints > maxContextCodePoints) {
      throw contextTooLong();
    }
    pieces.addLast(piece);
  }

  private void addStored(String id) {
    for (String text : documents.text(Documents.key(id))) {
      add(ContextPiece.newBuilder().setDocument(id).setText(text).build());
    }
  }

  /** Checks that the conversation is whole. */
  void end() {
    check(stage != Stage.FIRST, "an empty request");
    if (messages.isEmpty() || messages.getLast().content().isBlank()) {
      throw new ServingException(Reason.EMPTY_QUESTION, "the question is empty");
    }
    check(messages.getLast().role().equals("user"), "the last message is not the user's");
  }

  /** Pieces read and not taken yet. */
  Deque<ContextPiece> pieces() {
    return pieces;
  }

  /** Whether no context can follow. */
  boolean contextEnded() {
    return stage == Stage.CONVERSATION;
  }

  /** All messages so far. */
  List<ChatMessage> messages() {
    return messages;
  }

  /** System messages so far: all of them once there is context. */
  List<ChatMessage> systemMessages() {
    return messages.stream().filter(message -> message.role().equals("system")).toList();
  }

  /** The user's messages so far. */
  List<ChatMessage> userMessages() {
    return messages.stream().filter(message -> message.role().equals("user")).toList();
  }

  GenerateSettings settings() {
    return settings;
  }

  /** Code points of context to expect; 0 when the client does not know. */
  long announcedCodePoints() {
    return announcedCodePoints;
  }

  private static String role(io.e2llm.gateway.v1.ChatMessage message) {
    return switch (message.getRole()) {
      case ROLE_SYSTEM -> "system";
      case ROLE_USER -> "user";
      case ROLE_ASSISTANT -> "assistant";
      case ROLE_UNSPECIFIED, UNRECOGNIZED ->
          throw new ServingException(Reason.INVALID_REQUEST, "a message without a role");
    };
  }

  private ServingException contextTooLong() {
    return new ServingException(
        Reason.CONTEXT_TOO_LONG,
        "the context has more than " + maxContextCodePoints + " code points");
  }

  private static long codePoints(String text) {
    return text.codePointCount(0, text.length());
  }

  private static void check(boolean holds, String problem) {
    if (!holds) {
      throw new ServingException(Reason.INVALID_REQUEST, problem);
    }
  }
}
