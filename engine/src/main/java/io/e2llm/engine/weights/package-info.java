/** Memory-mapped weight files. */
@NullMarked
package io.e2llm.engine.weights;

import org.jspecify.annotations.NullMarked;
