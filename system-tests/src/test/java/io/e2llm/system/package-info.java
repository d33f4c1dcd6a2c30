/** The whole system, on loopback. */
@NullMarked
package io.e2llm.system;

import org.jspecify.annotations.NullMarked;
