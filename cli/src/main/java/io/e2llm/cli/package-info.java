/** The e2llm command. */
@NullMarked
package io.e2llm.cli;

import org.jspecify.annotations.NullMarked;
