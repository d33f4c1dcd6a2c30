package io.e2llm.engine.chat;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.interpret.RenderResult;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** A chat template in Jinja, rendered by Jinjava. */
public final class JinjaChatTemplate implements ChatTemplate {
  private static final SecureRandom RANDOM = new SecureRandom();

  private final String source;
  private final String bosToken;
  private final String eosToken;
  private final Jinjava jinjava =
      new Jinjava(JinjavaConfig.newBuilder().withTrimBlocks(true).withLstripBlocks(true).build());

  private JinjaChatTemplate(String source, String bosToken, String eosToken) {
    this.source = source;
    this.bosToken = bosToken;
    this.eosToken = eosToken;
  }

  /** A template from its source. */
  public static JinjaChatTemplate of(String source, String bosToken, String eosToken) {
    return new JinjaChatTemplate(source, bosToken, eosToken);
  }

  @Override
  public List<ChatPiece> render(List<ChatMessage> messages, boolean addGenerationPrompt) {
    byte[] random = new byte[16];
    RANDOM.nextBytes(random);
    String nonce = HexFormat.of().formatHex(random);
    List<Map<String, Object>> model = new ArrayList<>();
    for (int i = 0; i < messages.size(); i++) {
      model.add(Map.of("role", messages.get(i).role(), "content", "<" + nonce + "-" + i + ">"));
    }
    Map<String, Object> bindings = new HashMap<>();
    bindings.put("messages", model);
    bindings.put("add_generation_prompt", addGenerationPrompt);
    bindings.put("bos_token", bosToken);
    bindings.put("eos_token", eosToken);
    RenderResult result = jinjava.renderForResult(source, bindings);
    if (!result.getErrors().isEmpty()) {
      throw new ChatTemplateException(result.getErrors().getFirst().getMessage());
    }
    return split(result.getOutput(), nonce, messages);
  }

  private static List<ChatPiece> split(String output, String nonce, List<ChatMessage> messages) {
    List<ChatPiece> pieces = new ArrayList<>();
    int at = 0;
    for (int i = 0; i < messages.size(); i++) {
      String mark = "<" + nonce + "-" + i + ">";
      int found = output.indexOf(mark, at);
      if (found < 0) {
        throw new ChatTemplateException("the template leaves out message " + i);
      }
      pieces.add(new ChatPiece.Template(output.substring(at, found)));
      pieces.add(new ChatPiece.Content(i, messages.get(i).content()));
      at = found + mark.length();
    }
    pieces.add(new ChatPiece.Template(output.substring(at)));
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
