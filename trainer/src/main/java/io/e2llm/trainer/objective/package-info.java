/** The two objectives of E2LLM, as samples. */
@NullMarked
package io.e2llm.trainer.objective;

import org.jspecify.annotations.NullMarked;
