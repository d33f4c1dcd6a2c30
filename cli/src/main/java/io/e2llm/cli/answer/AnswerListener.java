package io.e2llm.cli.answer;

import io.e2llm.gateway.v1.Progress;

/** Is told of an answer as it comes, by the thread that asked. */
public interface AnswerListener {
  /** How far encoding has come. */
  void progress(Progress progress);

  /** The next piece of the answer's text; not empty. */
  void text(String text);
}
