/** Texts of a wanted length, to measure with: drawn from a file or from a seeded word model. */
@NullMarked
package io.e2llm.cli.texts;

import org.jspecify.annotations.NullMarked;
