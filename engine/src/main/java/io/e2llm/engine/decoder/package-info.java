/** The decoder-only language model and the adapter before it. */
@NullMarked
package io.e2llm.engine.decoder;

import org.jspecify.annotations.NullMarked;
