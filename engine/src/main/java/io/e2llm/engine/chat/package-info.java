/** Chat templates, rendered so that nobody's text is ever parsed for special tokens. */
@NullMarked
package io.e2llm.engine.chat;

import org.jspecify.annotations.NullMarked;
