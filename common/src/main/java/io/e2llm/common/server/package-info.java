/**
 * Listening: one gRPC server per tier, with TLS, authentication, health, error mapping and drain.
 */
@NullMarked
package io.e2llm.common.server;

import org.jspecify.annotations.NullMarked;
