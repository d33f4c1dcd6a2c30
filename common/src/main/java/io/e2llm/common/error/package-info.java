/** Failures, and the one place that maps them to gRPC and HTTP status. */
@NullMarked
package io.e2llm.common.error;

import org.jspecify.annotations.NullMarked;
