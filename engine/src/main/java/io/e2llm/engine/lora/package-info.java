/** Low-rank adaptation of models: what it is, its files, and merging it into weights. */
@NullMarked
package io.e2llm.engine.lora;

import org.jspecify.annotations.NullMarked;
