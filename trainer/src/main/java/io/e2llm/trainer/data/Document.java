package io.e2llm.trainer.data;

import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A context and what is asked about it.
 *
 * @param context the text
 * @param questions may be none
 */
public record Document(String context, List<Question> questions) {
  /** Copies the questions. */
  public Document {
    questions = List.copyOf(questions);
  }

  /**
   * A question.
   *
   * @param prompt its text
   * @param answer the answer learned
   * @param answers all that are right, the one learned among them
   * @param parts what a right answer names, in any order; often none, and then the answers count
   */
  public record Question(String prompt, String answer, List<String> answers, List<String> parts) {
    /** Copies answers and parts. */
    public Question {
      answers = List.copyOf(answers);
      parts = List.copyOf(parts);
    }

    /** A question whose answers are whole. */
    public Question(String prompt, String answer, List<String> answers) {
      this(prompt, answer, answers, List.of());
    }

    /** The same in other words. */
    public Question with(UnaryOperator<String> words) {
      return new Question(
          words.apply(prompt),
          words.apply(answer),
          answers.stream().map(words).toList(),
          parts.stream().map(words).toList());
    }
  }
}
