/** Cuts documents into chunks, at the same places however the text arrives. */
@NullMarked
package io.e2llm.engine.chunk;

import org.jspecify.annotations.NullMarked;
