/** {@code e2llm train}. */
@NullMarked
package io.e2llm.cli.train;

import org.jspecify.annotations.NullMarked;
