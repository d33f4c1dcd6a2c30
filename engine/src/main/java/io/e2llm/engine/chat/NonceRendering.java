package io.e2llm.engine.chat;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One rendering of a template with nonces in place of contents: the template's own text, cut at the
 * nonces, and the message that stands at each cut.
 *
 * @param template template text before, between and after the contents
 * @param messages indices of the messages whose contents stand between, one fewer
 */
record NonceRendering(List<String> template, List<Integer> messages) {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int NONCE_BYTES = 16;

  /** Copies the lists. */
  NonceRendering {
    template = List.copyOf(template);
    messages = List.copyOf(messages);
  }

  /** Renders {@code count} contents; {@code render} gets them and returns the text. */
  static NonceRendering of(
      int count,
      UnaryOperator<String> pad,
      java.util.function.Function<List<String>, String> render) {
    byte[] random = new byte[NONCE_BYTES];
    RANDOM.nextBytes(random);
    String nonce = "N" + HexFormat.of().formatHex(random) + "N";
    List<String> contents = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      contents.add(pad.apply(nonce + i + "N"));
    }
    String text = render.apply(contents);
    Matcher marks = Pattern.compile(nonce + "([0-9]{1,9})N").matcher(text);
    List<String> template = new ArrayList<>();
    List<Integer> messages = new ArrayList<>();
    int from = 0;
    while (marks.find()) {
      template.add(text.substring(from, marks.start()));
      messages.add(Integer.valueOf(marks.group(1)));
      from = marks.end();
    }
    template.add(text.substring(from));
    return new NonceRendering(template, messages);
  }
}
