/** The commands that ask: once, or on and on about the same documents. */
@NullMarked
package io.e2llm.cli.ask;

import org.jspecify.annotations.NullMarked;
