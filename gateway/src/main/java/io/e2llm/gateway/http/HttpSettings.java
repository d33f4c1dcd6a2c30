package io.e2llm.gateway.http;

import io.e2llm.common.config.Setting;
import io.e2llm.common.server.ListenSettings;
import java.time.Duration;
import java.util.List;

/**
 * What an operator may set of the HTTP door.
 *
 * @param enabled whether there is one
 * @param listen where and how it listens; the largest message is the largest body
 * @param encodeThreshold encoder tokens over which a part of a user's message becomes context
 * @param bodyTimeout how long a body may take to come, SLOW_WRITER
 * @param readerTimeout how long a client may take no event of a stream
 * @param corsOrigins origins whose pages may call from a browser
 */
public record HttpSettings(
    @Setting(value = "true", doc = "Serve HTTP beside gRPC.") boolean enabled,
    @Setting(
            doc = "Where HTTP listens.",
            defaults = {"port=8080", "max-message=64MiB"})
        ListenSettings listen,
    @Setting(
            value = "1024",
            doc = "Encoder tokens over which a part of a user's message becomes context.")
        int encodeThreshold,
    @Setting(value = "2m", doc = "How long a request's body may take to come.")
        Duration bodyTimeout,
    @Setting(value = "60s", doc = "How long a client may take no event of a stream.")
        Duration readerTimeout,
    @Setting(doc = "Origins whose pages may call from a browser; `*` for all.")
        List<String> corsOrigins) {
  /** Checks the range. */
  public HttpSettings {
    corsOrigins = List.copyOf(corsOrigins);
    if (encodeThreshold < 1) {
      throw new IllegalArgumentException("encode-threshold is less than 1");
    }
    if (!bodyTimeout.isPositive() || !readerTimeout.isPositive()) {
      throw new IllegalArgumentException("body-timeout or reader-timeout is not positive");
    }
  }
}
