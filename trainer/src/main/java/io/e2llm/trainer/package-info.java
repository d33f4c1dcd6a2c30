/** Trains adapter bundles. */
@NullMarked
package io.e2llm.trainer;

import org.jspecify.annotations.NullMarked;
