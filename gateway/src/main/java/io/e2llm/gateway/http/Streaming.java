package io.e2llm.gateway.http;

import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * How responses are streamed.
 *
 * @param threads on which they go on
 * @param patience how long a client may take nothing
 */
public record Streaming(Executor threads, Duration patience) {
  /** A new stream. */
  public EventStream open() {
    return new EventStream(patience);
  }
}
