/** Flow control of gRPC streams, end to end. */
@NullMarked
package io.e2llm.common.flow;

import org.jspecify.annotations.NullMarked;
