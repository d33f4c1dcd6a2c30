package io.e2llm.cli.answer;

import io.e2llm.gateway.v1.ChatMessage;
import io.e2llm.gateway.v1.Role;

/** Chat messages. */
public final class Messages {
  private Messages() {}

  /** Instructions. */
  public static ChatMessage system(String content) {
    return of(Role.ROLE_SYSTEM, content);
  }

  /** What the user says. */
  public static ChatMessage user(String content) {
    return of(Role.ROLE_USER, content);
  }

  /** What the model said. */
  public static ChatMessage assistant(String content) {
    return of(Role.ROLE_ASSISTANT, content);
  }

  private static ChatMessage of(Role role, String content) {
    return ChatMessage.newBuilder().setRole(role).setContent(content).build();
  }
}
