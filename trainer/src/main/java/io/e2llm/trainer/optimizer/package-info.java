/** AdamW and its schedule. */
@NullMarked
package io.e2llm.trainer.optimizer;

import org.jspecify.annotations.NullMarked;
