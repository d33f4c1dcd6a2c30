package io.e2llm.encoder;

/** What other threads tell the compute thread. */
sealed interface Command {
  /** Encode a chunk. */
  record Submit(Ask ask) implements Command {}

  /** A call is over: forget its asks without an answer. */
  record Abandon(Asker asker) implements Command {}

  /** End the loop. */
  record Stop() implements Command {}
}
