package io.e2llm.cli.ask;

import org.jspecify.annotations.Nullable;

/** Where a chat's questions come from. */
interface QuestionSource extends AutoCloseable {
  /** The next line; null when there is no more. */
  @Nullable String next();

  /** Runs {@code cancel} when the user interrupts an answer. */
  void onInterrupt(Runnable cancel);

  @Override
  void close();
}
