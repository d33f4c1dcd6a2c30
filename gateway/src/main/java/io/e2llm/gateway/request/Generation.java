package io.e2llm.gateway.request;

import com.google.protobuf.ByteString;
import io.e2llm.common.client.Endpoint;
import io.e2llm.common.error.Reason;
import io.e2llm.common.error.ServingException;
import io.e2llm.common.error.StatusMapping;
import io.e2llm.decoder.v1.GenerateRequest;
import io.e2llm.decoder.v1.GenerateStart;
import io.e2llm.decoder.v1.Prompt;
import io.e2llm.decoder.v1.PromptPiece;
import io.e2llm.decoder.v1.SoftPromptReset;
import io.e2llm.decoder.v1.SoftPromptsWanted;
import io.e2llm.decoder.v1.TokenIds;
import io.e2llm.engine.chat.RenderedPrompt;
import io.e2llm.gateway.tiers.DecoderView;
import io.e2llm.gateway.tiers.Rendezvous;
import io.e2llm.tensor.v1.Tensor;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A request's generation, over however many decoders it takes: when one fails, the same messages go
 * to another with the ids generated so far, and the client sees one unbroken stream. The prompt
 * goes out once the decoder has all soft prompts ({@link SoftPromptTransfer}). Belongs to the
 * request's thread.
 */
final class Generation {
  /** Pause after a first failure. */
  private static final long PAUSE_NANOS = 100_000_000;

  private final RequestContext context;
  private final DecoderView decoder;
  private final AnswerSettings settings;
  private final List<Integer> generated;
  private final SoftPromptTransfer softPrompts = new SoftPromptTransfer();
  private final List<Endpoint> failedAt = new ArrayList<>();
  private int[] head = new int[0];
  private boolean softPromptsFollow;
  private long routeKey;
  private int @Nullable [] tail;
  private @Nullable DecoderCall call;
  private int maxTokens;
  private boolean prompted;
  private boolean reopenWanted;
  private long reopenAt;
  private long aloneSince;

  Generation(RequestContext context, DecoderView decoder, AnswerSettings settings) {
    this.context = context;
    this.decoder = decoder;
    this.settings = settings;
    this.maxTokens = settings.maxTokens();
    this.generated = new ArrayList<>(settings.generatedIds());
  }

  /** Begins with soft prompts to follow, unless it has begun. */
  void begin(int[] softHead, long documentKey) {
    if (call == null && !reopenWanted && tail == null) {
      head = softHead;
      softPromptsFollow = true;
      routeKey = documentKey;
      open();
    }
  }

  /** Sets who gets the bytes of a soft prompt that the decoder wants; for {@link #softPrompt}. */
  void fetchWith(IntConsumer fetcher) {
    softPrompts.fetchWith(fetcher);
  }

  /** Sends a soft prompt. */
  void softPrompt(int index, Tensor tensor) {
    softPrompts.send(index, tensor, call);
  }

  /** Sends a soft prompt if the decoder does not hold it; null where the bytes are not here. */
  void offer(int index, ByteString digest, @Nullable Tensor tensor) {
    softPrompts.offer(index, digest, tensor);
  }

  /** The decoder's answer to an offer. */
  void answered(SoftPromptsWanted wanted) {
    if (call != null) {
      softPrompts.answered(wanted, call);
    }
  }

  /** Forgets all soft prompts. */
  void reset() {
    boolean any = softPrompts.reset();
    if (call != null && any) {
      call.dropUnsent();
      call.send(
          GenerateRequest.newBuilder()
              .setSoftPromptReset(SoftPromptReset.getDefaultInstance())
              .build());
    }
  }

  /** Forgets all soft prompts and gives the decoder's place up until {@link #begin}. */
  void suspend() {
    var unused = softPrompts.reset();
    cancel();
  }

  /** Whether the decoder has all it needs, so that no more is wanted of encoders. */
  boolean prompted() {
    return prompted;
  }

  /** Sets the tokens to generate, before the prompt; what the decoder was told begins anew. */
  void maxTokens(int tokens) {
    if (tokens != maxTokens) {
      maxTokens = tokens;
      cancel();
    }
  }

  /** Sends the prompt, the last message. */
  void prompt(RenderedPrompt prompt, long documentKey) {
    tail = prompt.tail();
    if (call != null && !Arrays.equals(head, prompt.head())) {
      cancel(); // the template's head depends on what came after it
    }
    head = prompt.head();
    if (call == null) {
      routeKey = documentKey;
      open();
    }
    pump();
  }

  /** Whether an event is of the present call. */
  boolean isCurrent(DecoderCall other) {
    return call == other;
  }

  /** Keeps count of a token that was generated. */
  void generated(int id) {
    generated.add(id);
  }

  /** Lets the decoder send one more event. */
  void more() {
    if (call != null) {
      call.more();
    }
  }

  /** Writes what can be written and tries again what is due. */
  void pump() {
    if (reopenWanted && context.nanoTime().getAsLong() - reopenAt >= 0) {
      open();
    }
    if (call != null) {
      softPrompts.flush(call);
      if (tail != null && !prompted && softPrompts.settled()) {
        prompted = true;
        sendPrompt(call, tail);
      }
      call.drain();
    }
  }

  /** Whether something waits for time to pass. */
  boolean impatient() {
    return reopenWanted;
  }

  /**
   * The present call ended before the generation did.
   *
   * @throws ServingException when trying again is no use
   */
  void ended(@Nullable Throwable failure) {
    DecoderCall ended = release();
    Throwable cause =
        failure == null ? Status.UNAVAILABLE.withDescription("no end").asException() : failure;
    RequestContext.requireCaller();
    @Nullable Reason reason = StatusMapping.reason(cause).orElse(null);
    Status.Code code = Status.fromThrowable(cause).getCode();
    if (reason == Reason.SLOW_WRITER && !ended.halfClosed()) {
      reopenWanted = tail != null; // else it begins again with the next soft prompt
      reopenAt = context.nanoTime().getAsLong();
      aloneSince = reopenAt;
      return; // the context takes its time
    }
    boolean gone = code == Status.Code.UNAVAILABLE || code == Status.Code.CANCELLED;
    boolean full = reason == Reason.QUEUE_FULL || reason == Reason.KV_FULL;
    failedAt.add(ended.endpoint());
    boolean useless = reason == Reason.KV_FULL && triedEverywhere();
    if (!(gone || full) || useless || failedAt.size() >= context.settings().tries()) {
      throw StatusMapping.toServing(cause);
    }
    if (gone) {
      context.decoders().failed(ended.endpoint());
    }
    context.metrics().decodeRetry();
    reopenWanted = true;
    reopenAt = context.nanoTime().getAsLong() + RetryPause.nanos(PAUSE_NANOS, failedAt.size());
    aloneSince = reopenAt;
  }

  /** Whether no decoder is left that has not failed it: what never fits one may fit another. */
  private boolean triedEverywhere() {
    return failedAt.containsAll(context.decoders().members(decoder.info()));
  }

  /** Gives the decoder's place up. */
  void cancel() {
    reopenWanted = false;
    if (call != null) {
      release().cancel();
    }
  }

  /** The generation is complete. */
  void completed() {
    reopenWanted = false;
    if (call != null) {
      release();
    }
  }

  private DecoderCall release() {
    DecoderCall released = java.util.Objects.requireNonNull(call, "no call");
    call = null;
    prompted = false;
    context.decoders().loads().add(released.endpoint(), -1);
    return released;
  }

  private void open() {
    List<Endpoint> live = context.decoders().members(decoder.info());
    long now = context.nanoTime().getAsLong();
    if (live.isEmpty()) {
      aloneSince = reopenWanted ? aloneSince : now;
      if (now - aloneSince >= context.settings().tierPatience().toNanos()) {
        throw new ServingException(Reason.TIER_UNREACHABLE, "no decoder answers at present");
      }
      reopenWanted = true;
      reopenAt = now + PAUSE_NANOS;
      return;
    }
    reopenWanted = false;
    Endpoint endpoint =
        Rendezvous.pick(live, routeKey, context.decoders().loads()::of, 1, failedAt).orElseThrow();
    DecoderCall opened = DecoderCall.open(endpoint, context.mailbox());
    context.decoders().loads().add(endpoint, 1);
    call = opened;
    opened.send(GenerateRequest.newBuilder().setStart(start()).build());
    softPrompts.begin(opened);
  }

  private GenerateStart start() {
    GenerateStart.Builder start =
        GenerateStart.newBuilder()
            .setBundleDigest(softPromptsFollow ? decoder.info().getBundleDigest() : "")
            .setTenant(RequestContext.TENANT)
            .setSampling(settings.sampling())
            .setMaxTokens(maxTokens)
            .addAllStop(settings.stop())
            .addAllGeneratedIds(generated)
            .setIgnoreEndTokens(settings.ignoreEndTokens())
            .addAllForcedIds(settings.forcedIds())
            .setLogProbabilities(settings.logProbabilities());
    if (head.length > 0) {
      start.addHead(piece(head));
    }
    return start.build();
  }

  private void sendPrompt(DecoderCall to, int[] ids) {
    to.send(
        GenerateRequest.newBuilder()
            .setPrompt(Prompt.newBuilder().setSoftPrompts(softPrompts.count()).addTail(piece(ids)))
            .build());
    to.finish();
  }

  private static PromptPiece piece(int[] ids) {
    return PromptPiece.newBuilder()
        .setIds(TokenIds.newBuilder().addAllIds(IntStream.of(ids).boxed().toList()))
        .build();
  }
}
