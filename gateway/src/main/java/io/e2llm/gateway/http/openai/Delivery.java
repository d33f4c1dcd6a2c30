package io.e2llm.gateway.http.openai;

import io.e2llm.gateway.http.Fields;
import java.util.Optional;

/**
 * How answers are sent.
 *
 * @param stream as they are made
 * @param usage with a last event that tells what was read and written
 * @param progress with events of how far encoding has come
 */
record Delivery(boolean stream, boolean usage, boolean progress) {
  /** Reads {@code stream} and {@code stream_options}. */
  static Delivery read(Fields body) {
    Optional<Fields> options = body.object("stream_options");
    return new Delivery(
        body.flag("stream"),
        options.map(o -> o.flag("include_usage")).orElse(false),
        options.map(o -> o.flag("include_progress")).orElse(false));
  }
}
