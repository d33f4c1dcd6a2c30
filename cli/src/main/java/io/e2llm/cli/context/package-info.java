/** The documents a question is about: files, folders and standard input, read piece by piece. */
@NullMarked
package io.e2llm.cli.context;

import org.jspecify.annotations.NullMarked;
