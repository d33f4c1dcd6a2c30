/** The models: files, tokenizers, encoder, adapter and decoder. */
@NullMarked
package io.e2llm.engine;

import org.jspecify.annotations.NullMarked;
