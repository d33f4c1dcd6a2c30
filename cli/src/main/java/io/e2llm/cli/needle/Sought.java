package io.e2llm.cli.needle;

import io.e2llm.cli.eval.Arm;
import io.e2llm.cli.eval.Reply;
import java.util.Optional;

/**
 * A needle that was asked for.
 *
 * @param arm how
 * @param length wanted of the context, tokens
 * @param depth wanted, from 0 to 1
 * @param needle the needle
 * @param context as it was made
 * @param reply empty where the context did not fit the window
 */
record Sought(
    Arm arm,
    int length,
    double depth,
    Needle needle,
    Haystack.Context context,
    Optional<Reply> reply) {
  /** Whether it was found. */
  boolean found() {
    return reply.filter(r -> needle.foundIn(r.text())).isPresent();
  }
}
