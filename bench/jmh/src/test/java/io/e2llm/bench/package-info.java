/** Measurements of hot paths that other modules offer to all. */
@NullMarked
package io.e2llm.bench;

import org.jspecify.annotations.NullMarked;
