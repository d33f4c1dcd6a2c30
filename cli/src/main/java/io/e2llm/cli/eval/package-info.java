/** {@code e2llm eval}. */
@NullMarked
package io.e2llm.cli.eval;

import org.jspecify.annotations.NullMarked;
