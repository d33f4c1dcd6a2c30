/** Soft prompts as they came, known by the digest of their bytes. */
@NullMarked
package io.e2llm.decoder.soft;

import org.jspecify.annotations.NullMarked;
