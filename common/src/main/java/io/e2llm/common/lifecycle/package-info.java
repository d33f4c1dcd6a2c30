/** Starting and stopping a process in order. */
@NullMarked
package io.e2llm.common.lifecycle;

import org.jspecify.annotations.NullMarked;
