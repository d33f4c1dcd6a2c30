/** What answers are worth. */
@NullMarked
package io.e2llm.trainer.evaluation;

import org.jspecify.annotations.NullMarked;
