package io.e2llm.gateway.request;

import io.e2llm.common.error.Reason;
import io.e2llm.common.error.ServingException;
import io.e2llm.common.error.StatusMapping;
import io.e2llm.common.flow.OutboundQueue;
import io.e2llm.gateway.v1.GenerateRequest;
import io.e2llm.gateway.v1.GenerateResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import org.jspecify.annotations.Nullable;

/**
 * One call of a client, on a thread of its own: takes events from its mailbox and lets the {@link
 * Answer} go on. A request that comes while nobody of a tier answers waits for the tier, as long as
 * the settings' patience. No more is read from client and decoder than can be passed on. Whatever
 * happens, nothing is left running in the other tiers.
 */
public final class GenerateCall implements ActiveCall {
  private static final long IMPATIENT_MILLIS = 20;
  private static final long PATIENT_MILLIS = 500;
  private static final long REOPEN_NANOS = 100_000_000;

  private final RequestContext context;
  private final ServerCallStreamObserver<GenerateResponse> client;
  private final OutboundQueue<GenerateResponse> outbound;
  private final RequestReader reader;
  private final AnswerEvents events;
  private @Nullable Answer answer;
  private boolean opening;
  private long openingSince;
  private long openAt;
  private boolean clientDone;
  private long clientDoneAt;
  private boolean messageAsked;
  private boolean gone;
  private long askedAt;
  private int owedToDecoder;

  /**
   * A call. The owner hands the client's messages to {@link #requests} and runs this in the call's
   * context.
   */
  public GenerateCall(RequestContext context, ServerCallStreamObserver<GenerateResponse> client) {
    this.context = context;
    this.client = client;
    this.outbound = new OutboundQueue<>(client, context.nanoTime());
    this.reader = new RequestReader(context.settings().maxContextCodePoints(), context.documents());
    this.events = new AnswerEvents(outbound, context.nanoTime());
    client.disableAutoRequest();
    client.setOnReadyHandler(
        () -> {
          outbound.drain();
          context.mailbox().post(new CallEvent.Wake());
        });
    client.setOnCancelHandler(() -> context.mailbox().post(new CallEvent.ClientGone()));
  }

  /** Takes the client's messages. */
  public StreamObserver<GenerateRequest> requests() {
    return context.mailbox().requests(CallEvent.ClientMessage::new);
  }

  @Override
  public void abort(ServingException failure) {
    context.mailbox().post(new CallEvent.Abort(failure));
  }

  @Override
  public void run() {
    context.metrics().began();
    try {
      while (!gone && (answer == null || !answer.done())) {
        step();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      fail(new ServingException(Reason.DRAINING, "the gateway is shutting down", e));
    } catch (RuntimeException | Error failure) {
      fail(failure);
    } finally {
      if (answer != null) {
        answer.close();
      }
      context.metrics().ended();
    }
  }

  private void fail(Throwable failure) {
    ServingException told = StatusMapping.toServing(failure);
    context.metrics().failed(told.reason());
    outbound.fail(StatusMapping.toStatus(told));
  }

  private void step() throws InterruptedException {
    if (clientDone && answer == null) {
      reader.end();
    }
    if (opening) {
      open();
    }
    boolean more = answer != null && answer.advance(clientDone);
    askClient();
    boolean impatient = opening || (answer != null && answer.impatient());
    CallEvent event =
        context.mailbox().take(more ? 0 : impatient ? IMPATIENT_MILLIS : PATIENT_MILLIS);
    if (event != null) {
      handle(event);
    }
    letDecoderGoOn();
    checkClient();
  }

  /** Begins the answer once both tiers are there. */
  private void open() {
    long now = context.nanoTime().getAsLong();
    if (now - openAt < 0) {
      return;
    }
    try {
      answer = new Answer(context, reader, events);
      opening = false;
    } catch (ServingException failure) {
      boolean patient = now - openingSince < context.settings().tierPatience().toNanos();
      if (failure.reason() != Reason.TIER_UNREACHABLE || !patient) {
        throw failure;
      }
      openAt = now + REOPEN_NANOS;
    }
  }

  private void askClient() {
    boolean wanted = answer == null ? !opening : answer.wantsMessage();
    if (!messageAsked && !clientDone && wanted) {
      messageAsked = true;
      askedAt = context.nanoTime().getAsLong();
      client.request(1);
    }
  }

  private void handle(CallEvent event) {
    switch (event) {
      case CallEvent.ClientMessage message -> {
        messageAsked = false;
        reader.read(message.message());
        if (answer == null) {
          events.begun();
          opening = true;
          openingSince = context.nanoTime().getAsLong();
          openAt = openingSince;
          open();
        }
      }
      case CallEvent.Uploaded upload -> throw new IllegalStateException("no upload");
      case CallEvent.ClientDone done -> {
        clientDone = true;
        clientDoneAt = context.nanoTime().getAsLong();
      }
      case CallEvent.ClientGone left -> gone = true;
      case CallEvent.Wake wake -> {}
      case CallEvent.Abort abort -> throw abort.failure();
      case CallEvent.Encoded encoded -> began().on(encoded);
      case CallEvent.EncoderEnded ended -> began().on(ended);
      case CallEvent.Decoded decoded -> owedToDecoder += began().on(decoded) ? 1 : 0;
      case CallEvent.DecoderEnded ended -> began().on(ended);
    }
  }

  private Answer began() {
    return java.util.Objects.requireNonNull(answer, "tiers answer after the first message");
  }

  /** The decoder may send as many events as the client has taken. */
  private void letDecoderGoOn() {
    while (owedToDecoder > 0
        && answer != null
        && outbound.size() < context.settings().undeliveredEvents()) {
      owedToDecoder--;
      answer.more();
    }
  }

  /** A client may send all of its context before it reads anything. */
  private void checkClient() {
    long now = context.nanoTime().getAsLong();
    if (clientDone
        && Math.min(outbound.blockedNanos(), now - clientDoneAt)
            > context.settings().slowReaderTimeout().toNanos()) {
      throw new ServingException(Reason.SLOW_READER, "the client does not read its events");
    }
    if (messageAsked
        && !clientDone
        && now - askedAt > context.settings().slowWriterTimeout().toNanos()) {
      throw new ServingException(Reason.SLOW_WRITER, "the client does not send its messages");
    }
  }
}
