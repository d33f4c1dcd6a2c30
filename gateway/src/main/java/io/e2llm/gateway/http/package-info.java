/** The HTTP door: the gateway's service for clients that speak HTTP and JSON. */
@NullMarked
package io.e2llm.gateway.http;

import org.jspecify.annotations.NullMarked;
