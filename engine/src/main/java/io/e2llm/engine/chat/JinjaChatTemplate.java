package io.e2llm.engine.chat;

import io.e2llm.engine.ModelException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * A chat template in Jinja. Immutable, thus thread-safe.
 *
 * <p>Each conversation is rendered twice, with contents that are random nonces and with the same in
 * whitespace; where the whitespace does not come out, the template trims, and the content that is
 * put there is trimmed alike. Templates that look into contents see the nonces only.
 */
public final class JinjaChatTemplate implements ChatTemplate {
  private static final int SOURCE_LIMIT = 1 << 20;
  private static final Set<String> ROLES = Set.of("system", "user", "assistant");

  // Trimmed by any trim, and written by no template.
  private static final String BEFORE = "\f\t\f";
  private static final String AFTER = "\t\f\t";

  private final String source;
  private final String bosToken;
  private final String eosToken;

  private JinjaChatTemplate(String source, String bosToken, String eosToken) {
    this.source = source;
    this.bosToken = bosToken;
    this.eosToken = eosToken;
  }

  /**
   * A template.
   *
   * @param source Jinja as transformers takes it
   * @param bosToken what {@code bos_token} stands for; empty when the model has none
   * @param eosToken what {@code eos_token} stands for; empty when the model has none
   * @throws ModelException when the source is too long
   */
  public static JinjaChatTemplate of(String source, String bosToken, String eosToken) {
    if (source.length() > SOURCE_LIMIT) {
      throw new ModelException("chat_template: " + source.length() + " characters are too many");
    }
    return new JinjaChatTemplate(source, bosToken, eosToken);
  }

  @Override
  public List<ChatPiece> render(List<ChatMessage> messages, boolean addGenerationPrompt) {
    for (ChatMessage message : messages) {
      if (!ROLES.contains(message.role())) {
        throw new ChatTemplateException("a role is one of system, user and assistant");
      }
    }
    NonceRendering bare = rendering(messages, addGenerationPrompt, UnaryOperator.identity());
    NonceRendering padded =
        rendering(messages, addGenerationPrompt, nonce -> BEFORE + nonce + AFTER);
    for (int i = 0; i < messages.size(); i++) {
      if (!bare.messages().contains(i)) {
        throw new ChatTemplateException(
            "the chat template leaves out message %d, of role %s"
                .formatted(i + 1, messages.get(i).role()));
      }
    }
    return pieces(messages, bare, padded);
  }

  private NonceRendering rendering(
      List<ChatMessage> messages, boolean addGenerationPrompt, UnaryOperator<String> pad) {
    return NonceRendering.of(
        messages.size(),
        pad,
        contents -> JinjaSandbox.render(source, bindings(messages, contents, addGenerationPrompt)));
  }

  private Map<String, Object> bindings(
      List<ChatMessage> messages, List<String> contents, boolean addGenerationPrompt) {
    List<Map<String, Object>> list = new ArrayList<>();
    for (int i = 0; i < messages.size(); i++) {
      Map<String, Object> message = new HashMap<>();
      message.put("role", messages.get(i).role());
      message.put("content", contents.get(i));
      list.add(message);
    }
    Map<String, Object> bindings = new HashMap<>();
    bindings.put("messages", list);
    bindings.put("add_generation_prompt", addGenerationPrompt);
    bindings.put("bos_token", bosToken);
    bindings.put("eos_token", eosToken);
    return bindings;
  }

  private static List<ChatPiece> pieces(
      List<ChatMessage> messages, NonceRendering bare, NonceRendering padded) {
    boolean comparable = bare.messages().equals(padded.messages());
    List<ChatPiece> pieces = new ArrayList<>();
    for (int i = 0; i < bare.messages().size(); i++) {
      int message = bare.messages().get(i);
      String content = messages.get(message).content();
      if (comparable && !padded.template().get(i).endsWith(BEFORE)) {
        content = PythonTrim.stripStart(content);
      }
      if (comparable && !padded.template().get(i + 1).startsWith(AFTER)) {
        content = PythonTrim.stripEnd(content);
      }
      pieces.add(new ChatPiece.Template(bare.template().get(i)));
      pieces.add(new ChatPiece.Content(message, content));
    }
    pieces.add(new ChatPiece.Template(bare.template().getLast()));
    return pieces;
  }

  @Override
  public String source() {
    return source;
  }

  @Override
  public String bosToken() {
    return bosToken;
  }

  @Override
  public String eosToken() {
    return eosToken;
  }
}
