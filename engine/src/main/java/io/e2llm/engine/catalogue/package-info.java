/** The catalogue of known models, and how their files reach this machine. */
@NullMarked
package io.e2llm.engine.catalogue;

import org.jspecify.annotations.NullMarked;
