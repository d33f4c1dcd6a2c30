package io.e2llm.common.client;

import io.grpc.Channel;

/**
 * One process of a tier.
 *
 * @param name what tells it from others, stable while it lives; for routing and the log, never for
 *     a client's eyes
 * @param channel a channel to this process alone; owned by the {@link Endpoints} it came from
 */
public record Endpoint(String name, Channel channel) {}
