/** What context modes are worth: questions with known answers, asked in each of them. */
@NullMarked
package io.e2llm.cli.eval;

import org.jspecify.annotations.NullMarked;
