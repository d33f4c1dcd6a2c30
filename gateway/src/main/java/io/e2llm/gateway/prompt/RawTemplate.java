package io.e2llm.gateway.prompt;

import io.e2llm.engine.chat.ChatMessage;
import io.e2llm.engine.chat.ChatPiece;
import io.e2llm.engine.chat.ChatTemplate;
import io.e2llm.engine.chat.ChatTemplateException;
import java.util.List;

/**
 * No template: one message, as it stands, behind the token that the model wants before every text
 * if it wants one.
 *
 * @param bosToken that token; empty for none
 */
public record RawTemplate(String bosToken) implements ChatTemplate {
  @Override
  public List<ChatPiece> render(List<ChatMessage> messages, boolean addGenerationPrompt) {
    if (messages.size() != 1 || !messages.getFirst().role().equals("user")) {
      throw new ChatTemplateException("a raw prompt is one message of the user's");
    }
    return List.of(
        new ChatPiece.Template(bosToken), new ChatPiece.Content(0, messages.getFirst().content()));
  }

  @Override
  public String source() {
    return "";
  }

  @Override
  public String eosToken() {
    return "";
  }
}
