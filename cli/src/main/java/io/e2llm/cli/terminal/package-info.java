/** What a person sees: output, progress bars, sizes and times. */
@NullMarked
package io.e2llm.cli.terminal;

import org.jspecify.annotations.NullMarked;
