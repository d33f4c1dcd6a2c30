package io.e2llm.decoder.call;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.e2llm.common.error.Reason;
import io.e2llm.common.error.ServingException;
import io.e2llm.common.error.StatusMapping;
import io.e2llm.common.flow.OutboundQueue;
import io.e2llm.decoder.scheduling.Generation;
import io.e2llm.decoder.scheduling.GenerationEvents;
import io.e2llm.decoder.scheduling.Scheduler;
import io.e2llm.decoder.soft.SoftPromptStore;
import io.e2llm.decoder.v1.GenerateRequest;
import io.e2llm.decoder.v1.GenerateResponse;
import io.e2llm.decoder.v1.GenerateStart;
import io.e2llm.decoder.v1.GenerationEnd;
import io.e2llm.decoder.v1.Prompt;
import io.e2llm.decoder.v1.SoftPromptsWanted;
import io.e2llm.decoder.v1.TokenEvent;
import io.e2llm.engine.decoder.DecoderDescription;
import io.e2llm.engine.decoder.DecoderModel;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One generation's call. gRPC calls the {@link StreamObserver} side, one message at a time; the
 * scheduler's thread calls the {@link GenerationEvents} side.
 *
 * <p>Messages are asked for one by one. After a soft prompt the next is asked for only while the
 * generation has room in the KV cache, so that waiting generations keep their soft prompts at the
 * sender.
 */
final class GenerateCall implements StreamObserver<GenerateRequest>, GenerationEvents {
  private static final Logger log = LoggerFactory.getLogger(GenerateCall.class);

  private final DecoderModel model;
  private final DecoderDescription decoder;
  private final Scheduler scheduler;
  private final StartFields fields;
  private final SoftPromptStore store;
  private final LongSupplier deadlineNanos;
  private final ServerCallStreamObserver<GenerateResponse> out;
  private final OutboundQueue<GenerateResponse> outbox;

  private CallState state = CallState.AWAITS_START;
  private @Nullable IncomingSoftPrompts softPrompts;
  private volatile @Nullable Generation generation;
  private volatile boolean over;

  private final Object flow = new Object();

  @GuardedBy("flow") private boolean admitted;

  @GuardedBy("flow") private boolean parked;

  /**
   * A call that has just begun.
   *
   * @param deadlineNanos the call's deadline by the scheduler's clock
   * @param outbox leads to {@code out}
   */
  GenerateCall(
      DecoderModel model,
      Scheduler scheduler,
      StartFields fields,
      SoftPromptStore store,
      LongSupplier deadlineNanos,
      ServerCallStreamObserver<GenerateResponse> out,
      OutboundQueue<GenerateResponse> outbox) {
    this.model = model;
    this.decoder = model.description();
    this.scheduler = scheduler;
    this.fields = fields;
    this.store = store;
    this.deadlineNanos = deadlineNanos;
    this.out = out;
    this.outbox = outbox;
  }

  /** Takes over the call's flow of messages. */
  void begin() {
    out.disableAutoRequest();
    out.setOnReadyHandler(this::ready);
    out.setOnCancelHandler(this::cancel);
    out.request(1);
  }

  // from the client

  @Override
  public void onNext(GenerateRequest request) {
    if (over) {
      return;
    }
    try {
      take(request);
      askForMore(request.hasSoftPrompt());
    } catch (ServingException e) {
      abort(e);
    } catch (RuntimeException e) {
      log.error("a message could not be handled", e);
      abort(new ServingException(Reason.INTERNAL, "the message could not be handled", e));
    }
  }

  @Override
  public void onCompleted() {
    if (over) {
      return;
    }
    try {
      state = state.after(CallState.Step.HALF_CLOSE);
    } catch (ServingException e) {
      abort(e);
    }
  }

  @Override
  public void onError(Throwable failure) {
    cancel();
  }

  private void take(GenerateRequest request) {
    switch (request.getKindCase()) {
      case START -> start(request.getStart());
      case SOFT_PROMPT -> {
        state = state.after(CallState.Step.SOFT_PROMPT);
        softPrompts().take(request.getSoftPrompt());
      }
      case SOFT_PROMPT_OFFER -> {
        state = state.after(CallState.Step.SOFT_PROMPT_OFFER);
        SoftPromptsWanted wanted = softPrompts().take(request.getSoftPromptOffer());
        outbox.offer(GenerateResponse.newBuilder().setSoftPromptsWanted(wanted).build());
      }
      case SOFT_PROMPT_RESET -> {
        state = state.after(CallState.Step.SOFT_PROMPT_RESET);
        softPrompts().reset();
      }
      case PROMPT -> prompt(request.getPrompt());
      case KIND_NOT_SET ->
          throw new ServingException(Reason.INVALID_REQUEST, "a message holds nothing");
    }
  }

  private void start(GenerateStart start) {
    state = state.after(CallState.Step.START);
    int[] head = PromptIds.of(start.getHeadList(), model.tokenizer(), decoder.vocabulary());
    var request = fields.check(start, head, deadlineNanos.getAsLong());
    SoftPromptLedger ledger = new SoftPromptLedger(decoder.window(), head.length);
    Generation begun = scheduler.begin(request, this);
    generation = begun;
    softPrompts = new IncomingSoftPrompts(decoder, scheduler, store, begun, start, ledger);
    if (out.isCancelled()) {
      cancel(); // it may have come before there was a generation to cancel
    }
  }

  private void prompt(Prompt prompt) {
    state = state.after(CallState.Step.PROMPT);
    int[] tail = PromptIds.of(prompt.getTailList(), model.tokenizer(), decoder.vocabulary());
    softPrompts().close(prompt.getSoftPrompts(), tail);
  }

  private IncomingSoftPrompts softPrompts() {
    if (softPrompts == null) {
      throw new IllegalStateException("not started");
    }
    return softPrompts;
  }

  private void askForMore(boolean afterSoftPrompt) {
    synchronized (flow) {
      if (afterSoftPrompt && !admitted) {
        parked = true;
        return;
      }
    }
    out.request(1);
  }

  private void abort(ServingException failure) {
    cancel();
    outbox.fail(StatusMapping.toStatus(failure));
  }

  private void cancel() {
    over = true;
    Generation begun = generation;
    if (begun != null) {
      scheduler.cancel(begun);
    }
  }

  private void ready() {
    outbox.drain();
    Generation begun = generation;
    if (begun != null) {
      scheduler.delivered(begun);
    }
  }

  // from the scheduler

  @Override
  public void admitted(boolean isAdmitted) {
    boolean ask;
    synchronized (flow) {
      admitted = isAdmitted;
      ask = isAdmitted && parked;
      parked = parked && !isAdmitted;
    }
    if (ask) {
      out.request(1);
    }
  }

  @Override
  public void token(TokenEvent token) {
    outbox.offer(GenerateResponse.newBuilder().setToken(token).build());
  }

  @Override
  public void end(GenerationEnd end) {
    outbox.offer(GenerateResponse.newBuilder().setEnd(end).build());
    outbox.complete();
  }

  @Override
  public void fail(ServingException failure) {
    over = true;
    outbox.fail(StatusMapping.toStatus(failure));
  }

  @Override
  public int undelivered() {
    return outbox.size();
  }
}
