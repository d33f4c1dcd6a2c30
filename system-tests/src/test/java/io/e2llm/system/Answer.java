package io.e2llm.system;

import io.e2llm.gateway.v1.ChatMessage;
import io.e2llm.gateway.v1.ContextMode;
import io.e2llm.gateway.v1.ContextPiece;
import io.e2llm.gateway.v1.End;
import io.e2llm.gateway.v1.GenerateRequest;
import io.e2llm.gateway.v1.GenerateSettings;
import io.e2llm.gateway.v1.Progress;
import io.e2llm.gateway.v1.Role;
import io.grpc.Channel;
import io.grpc.StatusException;
import java.util.List;

/**
 * A finished answer.
 *
 * @param ids generated ids
 * @param text the text, held-back end included
 * @param progress progress events, in order
 * @param end the end event
 */
record Answer(List<Integer> ids, String text, List<Progress> progress, End end) {
  /** Something to do when a progress event comes. */
  interface OnProgress {
    /** Called on the reading thread. */
    void accept(Progress progress) throws InterruptedException;
  }

  /** A whole request in one message. */
  static GenerateRequest request(ContextMode mode, int maxTokens, String context, String question) {
    return GenerateRequest.newBuilder()
        .setSettings(
            GenerateSettings.newBuilder().setContextMode(mode).setMaxTokens(maxTokens).build())
        .setContextCodePoints(context.codePointCount(0, context.length()))
        .addContext(ContextPiece.newBuilder().setDocument("document").setText(context))
        .addMessages(ChatMessage.newBuilder().setRole(Role.ROLE_USER).setContent(question))
        .build();
  }

  /** Asks and reads all events. */
  static Answer of(Channel gateway, List<GenerateRequest> requests)
      throws StatusException, InterruptedException {
    return of(gateway, requests, progress -> {});
  }

  /** Asks and reads all events, with a look at progress. */
  static Answer of(Channel gateway, List<GenerateRequest> requests, OnProgress onProgress)
      throws StatusException, InterruptedException {
    OpenAnswer answer = new OpenAnswer(gateway, onProgress);
    answer.send(requests);
    answer.sent();
    return answer.finish();
  }
}
