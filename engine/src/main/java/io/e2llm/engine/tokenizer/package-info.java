/** Text to token ids and back. */
@NullMarked
package io.e2llm.engine.tokenizer;

import org.jspecify.annotations.NullMarked;
