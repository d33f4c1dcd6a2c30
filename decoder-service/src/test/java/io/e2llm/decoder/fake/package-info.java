/** Fakes of what lies outside the decoder tier. */
@NullMarked
package io.e2llm.decoder.fake;

import org.jspecify.annotations.NullMarked;
