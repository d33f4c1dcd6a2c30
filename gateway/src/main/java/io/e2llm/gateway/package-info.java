/** The gateway tier. */
@NullMarked
package io.e2llm.gateway;

import org.jspecify.annotations.NullMarked;
