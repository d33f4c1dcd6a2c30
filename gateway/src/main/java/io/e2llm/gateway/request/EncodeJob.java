package io.e2llm.gateway.request;

import io.e2llm.common.client.Endpoint;
import io.e2llm.encoder.v1.Chunk;
import io.e2llm.encoder.v1.ChunkRole;
import java.util.ArrayList;
import java.util.List;

/** A text for an encoder, on its way. Belongs to the request's thread. */
final class EncodeJob {
  private final Target target;
  private final Chunk chunk;
  private final long routeKey;
  private final List<Endpoint> failedAt = new ArrayList<>();

  /**
   * A job.
   *
   * @param tag unique within the request
   * @param routeKey decides on the encoder
   */
  EncodeJob(Target target, long tag, String text, int ratio, long routeKey) {
    this.target = target;
    this.routeKey = routeKey;
    this.chunk =
        Chunk.newBuilder()
            .setTag(tag)
            .setText(text)
            .setRatio(ratio)
            .setRole(
                switch (target) {
                  case ContextTarget context -> ChunkRole.CHUNK_ROLE_PASSAGE;
                  case WantedTarget wanted -> ChunkRole.CHUNK_ROLE_PASSAGE;
                  case QuestionTarget question -> ChunkRole.CHUNK_ROLE_QUERY;
                  case TextTarget single ->
                      single.question() ? ChunkRole.CHUNK_ROLE_QUERY : ChunkRole.CHUNK_ROLE_PASSAGE;
                })
            .build();
  }

  Target target() {
    return target;
  }

  Chunk chunk() {
    return chunk;
  }

  long routeKey() {
    return routeKey;
  }

  /** Endpoints that failed it, once for each time. */
  List<Endpoint> failedAt() {
    return failedAt;
  }

  /** What the result is for. */
  sealed interface Target {}

  /** A chunk of the context, by its index. */
  record ContextTarget(int index) implements Target {}

  /** A known chunk of the context whose soft prompt the decoder wants, and its place there. */
  record WantedTarget(int index, int place) implements Target {}

  /** A piece of a user's message, by the message's number among the user's. */
  record QuestionTarget(int turn, int piece) implements Target {}

  /** A piece of a text that is only to be embedded. */
  record TextTarget(int text, int piece, boolean question) implements Target {}
}
