/**
 * One answer, from its first message to its end. Everything of a request belongs to its own thread;
 * callbacks of gRPC only post events to that thread's mailbox.
 */
@NullMarked
package io.e2llm.gateway.request;

import org.jspecify.annotations.NullMarked;
