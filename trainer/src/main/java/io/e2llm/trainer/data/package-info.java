/** What is learned from: examples and plain text. */
@NullMarked
package io.e2llm.trainer.data;

import org.jspecify.annotations.NullMarked;
