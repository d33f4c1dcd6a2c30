package io.e2llm.gateway;

import io.e2llm.common.error.Reason;
import io.e2llm.common.error.StatusMapping;
import io.grpc.stub.StreamObserver;
import java.util.Optional;

/**
 * The door to the calls that run.
 *
 * @param answers that run
 */
record Admission(ActiveAnswers answers) {
  /** Lets one more in, who must then run, or tells the client why not. */
  boolean granted(StreamObserver<?> client) {
    Optional<Reason> refusal = answers.admit();
    refusal.ifPresent(
        reason ->
            client.onError(
                StatusMapping.status(
                    reason,
                    reason == Reason.DRAINING
                        ? "the gateway is shutting down"
                        : "the gateway has as many answers to give as it can")));
    return refusal.isEmpty();
  }
}
