/** The commands that serve: one tier, as a fleet runs it, or all of them in one process. */
@NullMarked
package io.e2llm.cli.serve;

import org.jspecify.annotations.NullMarked;
