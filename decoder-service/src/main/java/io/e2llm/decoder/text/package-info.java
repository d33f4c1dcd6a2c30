/** From token ids to text that may leave: whole code points, never a piece of a stop string. */
@NullMarked
package io.e2llm.decoder.text;

import org.jspecify.annotations.NullMarked;
