package io.e2llm.trainer.objective;

import io.e2llm.engine.chat.ChatMessage;
import io.e2llm.engine.chat.ChatPiece;
import io.e2llm.engine.chat.ChatTemplate;
import io.e2llm.engine.chat.ConversationTokens;
import io.e2llm.engine.chat.PromptFrame;
import io.e2llm.engine.files.ModelFiles;
import io.e2llm.engine.tokenizer.Tokenizer;
import io.e2llm.trainer.TrainingException;
import io.e2llm.trainer.graph.Sample.Ids;
import io.e2llm.trainer.graph.Sample.Target;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** Questions and answers in the ids a decoder is asked and answers with. Thread-safe. */
public final class Prompts {
  private final Tokenizer tokenizer;
  private final ConversationTokens conversations;
  private final int end;
  private final Ids head;

  /**
   * For a decoder.
   *
   * @throws TrainingException when it has no chat template, or none that ends answers
   */
  public Prompts(ModelFiles decoder) {
    ChatTemplate template =
        decoder
            .chatTemplate()
            .orElseThrow(() -> new TrainingException(decoder.name() + ": no chat template"));
    tokenizer = decoder.tokenizer();
    conversations = new ConversationTokens(tokenizer, template);
    end = end(tokenizer, template, decoder.endTokens(), decoder.name());
    head = new Ids(conversations.head(List.of()));
  }

  /** The first end token that the template puts behind an answer. */
  private static int end(
      Tokenizer tokenizer, ChatTemplate template, Set<Integer> ends, String decoder) {
    List<ChatMessage> answered =
        List.of(new ChatMessage("user", "?"), new ChatMessage("assistant", "!"));
    if (template.render(answered, false).getLast() instanceof ChatPiece.Template last) {
      int[] ids = tokenizer.encodeTemplate(last.text()).ids();
      for (int id : ids) {
        if (ends.contains(id)) {
          return id;
        }
      }
    }
    throw new TrainingException(decoder + ": the chat template does not end answers");
  }

  /** What stands before the soft prompts. */
  public Ids head() {
    return head;
  }

  /** The same with the context as text in place of soft prompts. */
  public Ids head(String context) {
    int[] before = head.values();
    int[] text = tokenizer.encodeText(context).ids();
    int[] joined = Arrays.copyOf(before, before.length + text.length);
    System.arraycopy(text, 0, joined, before.length, text.length);
    return new Ids(joined);
  }

  /** A question behind soft prompts, and its answer with the end token. */
  public Target target(String question, String answer) {
    return target(List.of(), question, answer);
  }

  /** The same with passages of text between soft prompts and question. */
  public Target target(List<String> passages, String question, String answer) {
    String message = PromptFrame.afterSoftPrompts(passages, question);
    int[] prompt = conversations.render(List.of(new ChatMessage("user", message)), true).tail();
    Ids ended = answer(answer);
    return new Target(new Ids(prompt), ended, (float) (1 / Math.sqrt(ended.size())));
  }

  /** An answer with the end token. */
  public Ids answer(String answer) {
    int[] text = tokenizer.encodeText(answer).ids();
    int[] ended = Arrays.copyOf(text, text.length + 1);
    ended[text.length] = end;
    return new Ids(ended);
  }
}
