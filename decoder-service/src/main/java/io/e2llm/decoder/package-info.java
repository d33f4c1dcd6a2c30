/** The decoder tier. */
@NullMarked
package io.e2llm.decoder;

import org.jspecify.annotations.NullMarked;
