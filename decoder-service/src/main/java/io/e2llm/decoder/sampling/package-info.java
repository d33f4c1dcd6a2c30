/** How the next token is chosen from a row of logits. Pure Java, no model, no threads. */
@NullMarked
package io.e2llm.decoder.sampling;

import org.jspecify.annotations.NullMarked;
