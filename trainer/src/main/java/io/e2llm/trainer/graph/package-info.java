/** The forward and backward pass of one sample. */
@NullMarked
package io.e2llm.trainer.graph;

import org.jspecify.annotations.NullMarked;
