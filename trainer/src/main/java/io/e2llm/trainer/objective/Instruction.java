package io.e2llm.trainer.objective;

import io.e2llm.engine.chunk.Chunk;
import io.e2llm.trainer.TrainingException;
import io.e2llm.trainer.data.Document.Question;
import io.e2llm.trainer.graph.Sample.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/**
 * E2LLM's objective of long-context instruction tuning: from the soft prompts of a context and a
 * question, the answer. A document that is too long is shown in part: the chunks around an answer,
 * with all questions whose answers stand in them. Stateless, and pure but for what is drawn.
 */
public final class Instruction {
  private static final int TRIES = 1000;

  /** Share of the questions whose answer stands in the text beside soft prompts. */
  private static final double HELPFUL = 0.9;

  /** As many as are served, or nearly: they are chosen by tokens then. */
  private static final int MOST_PASSAGES = 4;

  private final List<Asked> documents;
  private final Prompts prompts;
  private final Settings settings;

  /**
   * How contexts are made.
   *
   * @param mostChunks of one document that are shown
   * @param mostDistractors other documents that stand before and behind
   * @param mostQuestions asked about one context
   * @param mostAnswerWords learned of an answer
   * @param renaming whether names are exchanged
   */
  public record Settings(
      int mostChunks,
      int mostDistractors,
      int mostQuestions,
      int mostAnswerWords,
      Renaming renaming) {}

  /**
   * A document and its questions.
   *
   * @param text the document
   * @param questions about it, at least one
   */
  public record Asked(ChunkedText text, List<Question> questions) {
    /** Copies the questions. */
    public Asked {
      questions = List.copyOf(questions);
    }
  }

  /** From these documents, each drawn as often as others. */
  public Instruction(List<Asked> documents, Prompts prompts, Settings settings) {
    if (documents.isEmpty()) {
      throw new TrainingException("there are no questions");
    }
    this.documents = List.copyOf(documents);
    this.prompts = prompts;
    this.settings = settings;
  }

  /**
   * A context and questions about it.
   *
   * @param kind {@link Exercise.Kind#QUESTIONS}, {@link Exercise.Kind#HYBRID} or {@link
   *     Exercise.Kind#READING}
   */
  public Exercise questions(Exercise.Kind kind, RandomGenerator random) {
    for (int i = 0; i < TRIES; i++) {
      Asked document = documents.get(random.nextInt(documents.size()));
      Question first = document.questions().get(random.nextInt(document.questions().size()));
      List<Chunk> chunks = document.text().chunks();
      int home = home(document.text(), first.answer());
      if (chunks.size() <= settings.mostChunks()) {
        return exercise(kind, random, document, 0, chunks.size());
      }
      if (home >= 0) {
        int size = random.nextInt(1, settings.mostChunks() + 1);
        int from = Math.max(0, home - random.nextInt(size));
        return exercise(kind, random, document, from, Math.min(chunks.size(), from + size));
      }
    }
    throw new TrainingException(
        "no answer stands in its document, and no document has at most "
            + settings.mostChunks()
            + " chunks");
  }

  /** The chunk in which an answer begins; -1 if it does not stand in the text. */
  private static int home(ChunkedText text, String answer) {
    int at = text.text().indexOf(answer.strip());
    for (int i = 0; i < text.chunks().size() && at >= 0; i++) {
      at -= text.chunks().get(i).text().length();
      if (at < 0) {
        return i;
      }
    }
    return -1;
  }

  private Exercise exercise(
      Exercise.Kind kind, RandomGenerator random, Asked document, int from, int to) {
    String written = document.text().text(from, to);
    UnaryOperator<String> names = settings.renaming().draw(written, random);
    String shown = names.apply(written);
    boolean whole = to - from == document.text().chunks().size();
    List<Question> askable = new ArrayList<>();
    for (Question asked : document.questions()) {
      Question question = asked.with(names);
      if (whole || shown.contains(question.answer().strip())) {
        askable.add(question);
      }
    }
    while (askable.size() > mostQuestions(kind)) {
      askable.remove(random.nextInt(askable.size()));
    }
    List<String> own = settings.renaming().chunks(texts(document.text(), from, to), names);
    List<String> chunks = new ArrayList<>(own);
    for (int i = random.nextInt(settings.mostDistractors() + 1); i > 0; i--) {
      chunks.addAll(random.nextBoolean() ? 0 : chunks.size(), distractor(random));
    }
    return switch (kind) {
      case QUESTIONS -> new Exercise(kind, chunks, targets(askable, question -> List.of()));
      case HYBRID ->
          new Exercise(kind, chunks, targets(askable, question -> some(own, question, random)));
      case READING ->
          new Exercise(kind, List.of(), targets(askable, question -> List.of(shown.strip())));
      case REWRITING, RECALL, CONTINUATION, GAPS ->
          throw new IllegalArgumentException(kind + " asks no questions");
    };
  }

  /** Fewer where each brings text of its own. */
  private int mostQuestions(Exercise.Kind kind) {
    return switch (kind) {
      case READING -> 1;
      case HYBRID -> Math.min(2, settings.mostQuestions());
      case QUESTIONS, REWRITING, RECALL, CONTINUATION, GAPS -> settings.mostQuestions();
    };
  }

  private List<Target> targets(
      List<Question> questions, Function<Question, List<String>> passages) {
    return questions.stream()
        .map(q -> prompts.target(passages.apply(q), q.prompt(), shortened(q.answer())))
        .toList();
  }

  /** Some chunks in their order, mostly with those in which the answer stands. */
  private static List<String> some(List<String> chunks, Question question, RandomGenerator random) {
    boolean helpful = random.nextDouble() < HELPFUL;
    int most = random.nextInt(1, MOST_PASSAGES + 1);
    List<Integer> chosen = new ArrayList<>();
    List<Integer> others = new ArrayList<>();
    for (int i = 0; i < chunks.size(); i++) {
      if (!chunks.get(i).contains(question.answer().strip())) {
        others.add(random.nextInt(others.size() + 1), i);
      } else if (helpful) {
        chosen.add(i);
      }
    }
    chosen.addAll(others);
    return chosen.stream().limit(most).sorted().map(i -> chunks.get(i).strip()).toList();
  }

  private List<String> distractor(RandomGenerator random) {
    ChunkedText other = documents.get(random.nextInt(documents.size())).text();
    int size = Math.min(other.chunks().size(), random.nextInt(1, settings.mostChunks() + 1));
    int from = random.nextInt(other.chunks().size() - size + 1);
    return texts(other, from, from + size);
  }

  private static List<String> texts(ChunkedText text, int from, int to) {
    return text.chunks().subList(from, to).stream().map(Chunk::text).toList();
  }

  private String shortened(String answer) {
    String[] words = answer.strip().split("\\s+");
    return words.length <= settings.mostAnswerWords()
        ? answer.strip()
        : String.join(" ", List.of(words).subList(0, settings.mostAnswerWords()));
  }
}
