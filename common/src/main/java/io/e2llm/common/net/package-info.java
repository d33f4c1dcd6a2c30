/** Addresses. */
@NullMarked
package io.e2llm.common.net;

import org.jspecify.annotations.NullMarked;
