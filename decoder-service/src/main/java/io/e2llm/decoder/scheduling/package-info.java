/** Continuous batching: which generation reads how much in which step. */
@NullMarked
package io.e2llm.decoder.scheduling;

import org.jspecify.annotations.NullMarked;
