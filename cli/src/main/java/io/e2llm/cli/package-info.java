/** The e2llm command: its subcommands, and what all of them share. */
@NullMarked
package io.e2llm.cli;

import org.jspecify.annotations.NullMarked;
