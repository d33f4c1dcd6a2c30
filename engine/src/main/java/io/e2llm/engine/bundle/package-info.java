/** Adapter bundles: what joins one encoder to one decoder. */
@NullMarked
package io.e2llm.engine.bundle;

import org.jspecify.annotations.NullMarked;
