/** What the model reads: relevance, verbatim chunks, the frame around them, the window's budget. */
@NullMarked
package io.e2llm.gateway.prompt;

import org.jspecify.annotations.NullMarked;
