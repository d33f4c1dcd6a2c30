package io.e2llm.cli.questions;

import io.e2llm.cli.CommandFailure;
import io.e2llm.cli.texts.TokenCount;
import io.e2llm.cli.texts.TokenMeasure;
import io.e2llm.trainer.data.Document;
import io.e2llm.trainer.data.Document.Question;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Questions of a file, each about its own passage among other passages of the file. After the
 * question answering of RULER (Hsieh et al., COLM 2024).
 */
final class Passages {
  private static final String BREAK = "\n\n";

  /** Share of the wanted tokens that has to come together. */
  private static final double FULL = 0.8;

  private final List<Document> documents;
  private final List<Integer> sizes;
  private final TokenMeasure measure;

  /**
   * Of these documents.
   *
   * @param measure counts tokens
   */
  Passages(List<Document> documents, TokenMeasure measure) {
    this.documents = List.copyOf(documents);
    this.measure = measure;
    sizes = documents.stream().map(document -> measure.count(document.context() + BREAK)).toList();
  }

  /** A question and the place of its passage. */
  private record Asked(int document, Question question) {}

  /**
   * So many questions, each once, about contexts of so many tokens or a few less.
   *
   * @param seed equal seeds give equal questions
   * @throws CommandFailure when there are too few questions or passages
   */
  List<MadeQuestion> questions(int tokens, int count, long seed) {
    List<Asked> all = new ArrayList<>();
    for (int i = 0; i < documents.size(); i++) {
      if (sizes.get(i) <= tokens) {
        for (Question question : documents.get(i).questions()) {
          all.add(new Asked(i, question));
        }
      }
    }
    if (all.size() < count) {
      throw CommandFailure.failed(
          "there are %d questions about passages of at most %s tokens, but --count is %d"
              .formatted(all.size(), TokenCount.text(tokens), count));
    }
    Random random = new Random(seed);
    Collections.shuffle(all, random);
    return all.subList(0, count).stream().map(asked -> question(asked, tokens, random)).toList();
  }

  private MadeQuestion question(Asked asked, int tokens, Random random) {
    List<Integer> others = new ArrayList<>();
    for (int i = 0; i < documents.size(); i++) {
      if (i != asked.document()) {
        others.add(i);
      }
    }
    Collections.shuffle(others, random);
    List<Integer> taken = new ArrayList<>();
    int counted = sizes.get(asked.document());
    for (int other : others) {
      if (counted + sizes.get(other) <= tokens) {
        taken.add(other);
        counted += sizes.get(other);
      }
    }
    if (counted < FULL * tokens) {
      throw CommandFailure.failed(
          "all passages that fit together have %d tokens, too few for contexts of %s"
              .formatted(counted, TokenCount.text(tokens)));
    }
    taken.add(random.nextInt(taken.size() + 1), asked.document());
    String context =
        String.join(BREAK, taken.stream().map(i -> documents.get(i).context().strip()).toList());
    Question question = asked.question();
    return new MadeQuestion(
        context,
        measure.count(context),
        question.prompt(),
        rightAnswers(question),
        question.parts());
  }

  private static List<String> rightAnswers(Question question) {
    List<String> answers = new ArrayList<>(List.of(question.answer()));
    question.answers().stream().filter(answer -> !answers.contains(answer)).forEach(answers::add);
    return answers;
  }
}
