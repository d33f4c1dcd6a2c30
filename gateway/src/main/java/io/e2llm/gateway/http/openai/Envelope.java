package io.e2llm.gateway.http.openai;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.e2llm.gateway.http.Json;
import java.time.Clock;
import java.util.UUID;

/**
 * What every object about one request begins with.
 *
 * @param id of the request
 * @param created seconds since 1970
 * @param model that answers
 */
record Envelope(String id, long created, String model) {
  /** A new request's, its id with this beginning. */
  static Envelope of(String prefix, Clock clock, String model) {
    return new Envelope(prefix + UUID.randomUUID(), clock.instant().getEpochSecond(), model);
  }

  /** An object of this kind. */
  ObjectNode of(String kind) {
    return Json.object()
        .put("id", id)
        .put("object", kind)
        .put("created", created)
        .put("model", model);
  }
}
