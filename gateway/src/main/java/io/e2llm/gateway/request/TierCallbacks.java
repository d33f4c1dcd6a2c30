package io.e2llm.gateway.request;

import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The callbacks of a call to another tier: each only posts to the request's mailbox. A few
 * responses may come unasked; the owner asks for every further one.
 *
 * @param <Q> what is sent
 * @param <R> what comes back
 */
final class TierCallbacks<Q, R> implements ClientResponseObserver<Q, R> {
  private static final int READ_AHEAD = 16;

  private final Mailbox mailbox;
  private final Function<R, CallEvent> response;
  private final Function<@Nullable Throwable, CallEvent> end;
  private volatile @Nullable ClientCallStreamObserver<Q> requests;

  /**
   * Callbacks.
   *
   * @param response the event of a response
   * @param end the event of the end, for its failure or for null
   */
  TierCallbacks(
      Mailbox mailbox,
      Function<R, CallEvent> response,
      Function<@Nullable Throwable, CallEvent> end) {
    this.mailbox = mailbox;
    this.response = response;
    this.end = end;
  }

  /** Where to send, once the call has been started. */
  ClientCallStreamObserver<Q> requests() {
    return Objects.requireNonNull(requests, "set before the call starts");
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<Q> observer) {
    requests = observer;
    observer.disableAutoRequestWithInitial(READ_AHEAD);
    observer.setOnReadyHandler(() -> mailbox.post(new CallEvent.Wake()));
  }

  @Override
  public void onNext(R message) {
    mailbox.post(response.apply(message));
  }

  @Override
  public void onError(Throwable failure) {
    mailbox.post(end.apply(failure));
  }

  @Override
  public void onCompleted() {
    mailbox.post(end.apply(null));
  }
}
