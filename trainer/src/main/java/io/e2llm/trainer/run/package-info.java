/** A training run from its first step to its bundle. */
@NullMarked
package io.e2llm.trainer.run;

import org.jspecify.annotations.NullMarked;
