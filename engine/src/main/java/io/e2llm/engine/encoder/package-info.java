/** The text encoder and its pooling. */
@NullMarked
package io.e2llm.engine.encoder;

import org.jspecify.annotations.NullMarked;
