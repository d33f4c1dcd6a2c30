package io.e2llm.trainer.objective;

import io.e2llm.trainer.graph.Sample.Target;
import java.util.List;
import java.util.Locale;

/**
 * A context and what is to be said about it, as text and ids.
 *
 * @param kind what is exercised
 * @param chunks of the context, in its order
 * @param targets questions and answers
 */
public record Exercise(Kind kind, List<String> chunks, List<Target> targets) {
  /** Copies the lists. */
  public Exercise {
    chunks = List.copyOf(chunks);
    targets = List.copyOf(targets);
  }

  /** What is exercised; the first four are E2LLM's objective of understanding. */
  public enum Kind {
    /** Writing the context again. */
    REWRITING,
    /** Writing on after some words of the context. */
    RECALL,
    /** Writing on after the context. */
    CONTINUATION,
    /** Saying what stood in the gaps of some of its words. */
    GAPS,
    /** Answering questions about the context: instruction tuning. */
    QUESTIONS,
    /** The same with the text of some chunks behind the soft prompts. */
    HYBRID,
    /** The same with text alone. */
    READING;

    /** Its name for people. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
