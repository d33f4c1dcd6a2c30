package io.e2llm.engine.chat;

import io.e2llm.engine.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Renders conversations into a decoder's token ids. Only the template's own text is parsed for
 * special tokens. Thread-safe.
 */
public final class ConversationTokens {
  private static final String PLACEHOLDER = "?";

  private final Tokenizer tokenizer;
  private final ChatTemplate template;

  /** For the decoder that has this tokenizer and this template. */
  public ConversationTokens(Tokenizer tokenizer, ChatTemplate template) {
    this.tokenizer = tokenizer;
    this.template = template;
  }

  /** Tokens of a text within a message. */
  public int count(String text) {
    return tokenizer.encodeText(text).size();
  }

  /**
   * A conversation as it is sent.
   *
   * @param messages system messages, then user and assistant in turn; contents framed already
   * @param softPrompts whether soft prompts stand before the first user's content
   * @throws ChatTemplateException when the template refuses the conversation
   */
  public RenderedPrompt render(List<ChatMessage> messages, boolean softPrompts) {
    List<ChatPiece> pieces = template.render(messages, true);
    int split = softPrompts ? firstUser(pieces, messages) : 0;
    IntStream head = pieces.subList(0, split).stream().flatMapToInt(this::ids);
    if (softPrompts) {
      head = IntStream.concat(head, IntStream.of(tokenizer.encodeText(PromptFrame.CONTEXT).ids()));
    }
    return new RenderedPrompt(
        head.toArray(),
        pieces.subList(split, pieces.size()).stream().flatMapToInt(this::ids).toArray());
  }

  /** The head alone, while the user's messages are still to come. */
  public int[] head(List<ChatMessage> systemMessages) {
    List<ChatMessage> messages = new ArrayList<>(systemMessages);
    messages.add(new ChatMessage("user", PLACEHOLDER));
    return render(messages, true).head();
  }

  private static int firstUser(List<ChatPiece> pieces, List<ChatMessage> messages) {
    for (int i = 0; i < pieces.size(); i++) {
      if (pieces.get(i) instanceof ChatPiece.Content content
          && messages.get(content.message()).role().equals("user")) {
        return i;
      }
    }
    throw new ChatTemplateException("it leaves out the question");
  }

  private IntStream ids(ChatPiece piece) {
    return switch (piece) {
      case ChatPiece.Template text ->
          text.text().isEmpty()
              ? IntStream.empty()
              : IntStream.of(tokenizer.encodeTemplate(text.text()).ids());
      case ChatPiece.Content content ->
          content.text().isEmpty()
              ? IntStream.empty()
              : IntStream.of(tokenizer.encodeText(content.text()).ids());
    };
  }
}
