package io.e2llm.engine.catalogue;

import java.time.Duration;

/**
 * How long a server may take.
 *
 * @param answer until the answer's head is here, connecting and redirections included
 * @param silence between two pieces of its body
 */
record Patience(Duration answer, Duration silence) {
  /** While another source follows: it is tried within five seconds. */
  static final Patience SHORT = new Patience(Duration.ofMillis(4_500), Duration.ofSeconds(20));

  /** When nothing else is left. */
  static final Patience LONG = new Patience(Duration.ofSeconds(30), Duration.ofSeconds(60));
}
