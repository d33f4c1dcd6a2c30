/** The endpoints that OpenAI's clients know. */
@NullMarked
package io.e2llm.gateway.http.openai;

import org.jspecify.annotations.NullMarked;
