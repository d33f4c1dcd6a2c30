package io.e2llm.trainer.objective;

import io.e2llm.engine.chunk.Chunk;
import io.e2llm.trainer.TrainingException;
import io.e2llm.trainer.graph.Sample.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/**
 * E2LLM's objective of understanding: from the soft prompts of a text the decoder writes it again,
 * writes on after it, or, asked with some of its words, writes what follows these or stood in a gap
 * among them. The last two have many answers for one context, and teach to find a place in it.
 * Stateless, and pure but for what is drawn.
 */
public final class Understanding {
  private static final List<String> REWRITE =
      List.of(
          "Write the context again, word for word.",
          "Repeat the context exactly.",
          "Copy the context.");
  private static final String CONTINUE = "Write on after the end of the context.";
  private static final String RECALL = "How does the context go on after \"%s\"?";

  private static final int RECALLS = 8;
  private static final int GAPS = 10;
  private static final int LEAST_CUE = 4;
  private static final int MOST_CUE = 9;
  private static final int LEAST_ANSWER = 8;
  private static final int MOST_ANSWER = 20;
  private static final int CONTINUED_WORDS = 40;
  private static final int TRIES = 100;

  private final List<ChunkedText> texts;
  private final Prompts prompts;
  private final Settings settings;
  private final long characters;

  /**
   * How contexts are made.
   *
   * @param rewriting lengths of what is written again
   * @param recall lengths of what is searched
   * @param renaming whether names are exchanged
   */
  public record Settings(Lengths rewriting, Lengths recall, Renaming renaming) {}

  /** From these texts, each drawn as often as it is long. */
  public Understanding(List<ChunkedText> texts, Prompts prompts, Settings settings) {
    this.texts = List.copyOf(texts);
    this.prompts = prompts;
    this.settings = settings;
    this.characters = texts.stream().mapToLong(text -> text.text().length()).sum();
    if (characters == 0) {
      throw new TrainingException("there is no text to write again");
    }
  }

  /** A text to write again. */
  public Exercise rewriting(RandomGenerator random, double progress) {
    Span span = draw(random, settings.rewriting().draw(random, progress), 0);
    String question = REWRITE.get(random.nextInt(REWRITE.size()));
    return new Exercise(
        Exercise.Kind.REWRITING,
        span.chunks(),
        List.of(prompts.target(question, span.text().strip())));
  }

  /** A text and what follows it. */
  public Exercise continuation(RandomGenerator random, double progress) {
    Span span = draw(random, settings.recall().draw(random, progress), CONTINUED_WORDS);
    return new Exercise(
        Exercise.Kind.CONTINUATION,
        span.chunks(),
        List.of(prompts.target(CONTINUE, span.following())));
  }

  /** A text and some of its words, to write what follows these. */
  public Exercise recall(RandomGenerator random, double progress) {
    Span span = draw(random, settings.recall().draw(random, progress), 0);
    String[] words = span.text().strip().split("\\s+");
    List<Target> targets = new ArrayList<>();
    for (int i = 0; i < RECALLS; i++) {
      int cue = random.nextInt(LEAST_CUE, MOST_CUE + 1);
      int answer = random.nextInt(LEAST_ANSWER, MOST_ANSWER + 1);
      int last = Math.max(1, words.length - cue - LEAST_ANSWER);
      int from = random.nextInt(last);
      int begin = Math.min(words.length - 1, from + cue);
      int end = Math.min(words.length, begin + answer);
      targets.add(
          prompts.target(
              RECALL.formatted(join(words, Math.min(from, begin), begin)),
              join(words, begin, end)));
    }
    return new Exercise(Exercise.Kind.RECALL, span.chunks(), targets);
  }

  /** A text and some of its words with gaps, to fill these. */
  public Exercise gaps(RandomGenerator random, double progress) {
    List<Target> targets = new ArrayList<>();
    for (int i = 0; i < TRIES; i++) {
      Span span = draw(random, settings.recall().draw(random, progress), 0);
      List<String> words = List.of(span.text().strip().split("\\s+"));
      for (int j = 0; j < GAPS; j++) {
        Gap.draw(words, random)
            .ifPresent(gap -> targets.add(prompts.target(gap.question(), gap.answer())));
      }
      if (!targets.isEmpty()) {
        return new Exercise(Exercise.Kind.GAPS, span.chunks(), targets);
      }
    }
    throw new TrainingException("no text has a name, a number or a long word to ask for");
  }

  private static String join(String[] words, int from, int to) {
    return String.join(" ", List.of(words).subList(from, to));
  }

  /** A run of whole chunks, or a piece of one where that is too long. */
  private record Span(String text, List<String> chunks, String following) {}

  private Span draw(RandomGenerator random, int length, int followingWords) {
    for (int i = 0; i < TRIES; i++) {
      ChunkedText text = text(random);
      int from = random.nextInt(text.chunks().size());
      Span span = span(text, from, length, followingWords);
      if (!span.text().isBlank() && (followingWords == 0 || !span.following().isBlank())) {
        return renamed(span, settings.renaming().draw(span.text(), random));
      }
    }
    throw new TrainingException("no text is long enough to draw " + length + " characters from");
  }

  private Span renamed(Span span, UnaryOperator<String> names) {
    return new Span(
        names.apply(span.text()),
        settings.renaming().chunks(span.chunks(), names),
        names.apply(span.following()));
  }

  private static Span span(ChunkedText text, int from, int length, int followingWords) {
    int to = from;
    int taken = 0;
    while (to < text.chunks().size() && taken + text.chunks().get(to).text().length() <= length) {
      taken += text.chunks().get(to++).text().length();
    }
    if (to == from) {
      String cut = cutAtWord(text.chunks().get(from).text(), length);
      return new Span(cut, List.of(cut), "");
    }
    List<String> chunks = text.chunks().subList(from, to).stream().map(Chunk::text).toList();
    String next =
        followingWords == 0 || to == text.chunks().size() ? "" : text.chunks().get(to).text();
    String[] words = next.strip().split("\\s+");
    return new Span(
        String.join("", chunks), chunks, join(words, 0, Math.min(words.length, followingWords)));
  }

  private static String cutAtWord(String text, int length) {
    if (text.length() <= length) {
      return text;
    }
    int space = text.lastIndexOf(' ', length);
    int end = space > 0 ? space : length;
    return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end);
  }

  private ChunkedText text(RandomGenerator random) {
    long at = random.nextLong(characters);
    for (ChunkedText text : texts) {
      at -= text.text().length();
      if (at < 0) {
        return text;
      }
    }
    throw new AssertionError("drawn beyond the texts");
  }
}
