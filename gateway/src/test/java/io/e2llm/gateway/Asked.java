package io.e2llm.gateway;

import io.e2llm.common.error.Reason;
import io.e2llm.common.error.StatusMapping;
import io.e2llm.gateway.v1.ChatMessage;
import io.e2llm.gateway.v1.ContextMode;
import io.e2llm.gateway.v1.ContextPiece;
import io.e2llm.gateway.v1.End;
import io.e2llm.gateway.v1.GenerateRequest;
import io.e2llm.gateway.v1.GenerateResponse;
import io.e2llm.gateway.v1.GenerateSettings;
import io.e2llm.gateway.v1.Role;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** A client's call: what it sends and what comes back. */
final class Asked implements StreamObserver<GenerateResponse> {
  final List<GenerateResponse> events = new CopyOnWriteArrayList<>();
  private final CountDownLatch ended = new CountDownLatch(1);
  volatile @Nullable Throwable failure;

  /** Asks and waits for the end, while time passes. */
  static Asked ask(Fleet fleet, GenerateRequest... messages) {
    return begin(fleet, messages).await(fleet.clock);
  }

  /** Asks and does not wait. */
  static Asked begin(Fleet fleet, GenerateRequest... messages) {
    Asked asked = new Asked();
    StreamObserver<GenerateRequest> requests = fleet.stub().generate(asked);
    for (GenerateRequest message : messages) {
      requests.onNext(message);
    }
    requests.onCompleted();
    return asked;
  }

  /** Waits for the end, while the gateway's time passes. */
  Asked await(FakeClock clock) {
    clock.runUntil(this::ended);
    return this;
  }

  /** Waits for the end, while no time passes for the gateway unless it has a clock of its own. */
  Asked await() {
    FakeClock.until(this::ended);
    return this;
  }

  private boolean ended() {
    return ended.getCount() == 0;
  }

  /** The answer's text. */
  String text() {
    if (failure != null) {
      throw new AssertionError(failure);
    }
    StringBuilder text = new StringBuilder();
    events.stream()
        .filter(GenerateResponse::hasToken)
        .forEach(e -> text.append(e.getToken().getText()));
    return text.append(end().getText()).toString();
  }

  End end() {
    if (failure != null) {
      throw new AssertionError(failure);
    }
    return events.getLast().getEnd();
  }

  Reason reason() {
    Throwable thrown = failure;
    if (thrown == null) {
      throw new AssertionError("no failure; events " + events);
    }
    return StatusMapping.reason(thrown).orElseThrow(() -> new AssertionError(thrown));
  }

  @Override
  public void onNext(GenerateResponse event) {
    events.add(event);
  }

  @Override
  public void onError(Throwable thrown) {
    failure = thrown;
    ended.countDown();
  }

  @Override
  public void onCompleted() {
    ended.countDown();
  }

  /** A request with everything in one message. */
  static GenerateRequest request(ContextMode mode, String context, String question) {
    return message(mode, question).toBuilder()
        .addContext(ContextPiece.newBuilder().setDocument("doc").setText(context))
        .build();
  }

  /** A request without context. */
  static GenerateRequest message(ContextMode mode, String question) {
    return GenerateRequest.newBuilder()
        .setSettings(GenerateSettings.newBuilder().setContextMode(mode).setMaxTokens(32))
        .addMessages(user(question))
        .build();
  }

  static ChatMessage user(String text) {
    return ChatMessage.newBuilder().setRole(Role.ROLE_USER).setContent(text).build();
  }

  static ChatMessage assistant(String text) {
    return ChatMessage.newBuilder().setRole(Role.ROLE_ASSISTANT).setContent(text).build();
  }

  static ChatMessage system(String text) {
    return ChatMessage.newBuilder().setRole(Role.ROLE_SYSTEM).setContent(text).build();
  }
}
