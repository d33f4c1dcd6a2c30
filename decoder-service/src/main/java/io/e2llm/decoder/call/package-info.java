/** One gRPC call: its messages checked field by field, its events sent as fast as they are read. */
@NullMarked
package io.e2llm.decoder.call;

import org.jspecify.annotations.NullMarked;
