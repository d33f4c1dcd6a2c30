/** Measurements of what is private to the encoder tier. */
@NullMarked
package io.e2llm.encoder;

import org.jspecify.annotations.NullMarked;
