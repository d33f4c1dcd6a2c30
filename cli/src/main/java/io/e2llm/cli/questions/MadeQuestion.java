package io.e2llm.cli.questions;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A question about a context of its own.
 *
 * @param context the text
 * @param tokens of it
 * @param prompt the question
 * @param answers that are right, the first one above all
 * @param parts what a right answer names; often none
 */
record MadeQuestion(
    String context, int tokens, String prompt, List<String> answers, List<String> parts) {
  MadeQuestion {
    answers = List.copyOf(answers);
    parts = List.copyOf(parts);
  }

  /** As a line that {@code e2llm eval} reads. */
  Map<String, Object> json() {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("context", context);
    object.put("prompt", prompt);
    object.put("answer", answers.getFirst());
    if (answers.size() > 1) {
      object.put("answers", answers);
    }
    if (!parts.isEmpty()) {
      object.put("parts", parts);
    }
    object.put("tokens", tokens);
    return object;
  }
}
