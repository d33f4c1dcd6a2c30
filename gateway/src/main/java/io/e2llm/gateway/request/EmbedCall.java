package io.e2llm.gateway.request;

import io.e2llm.common.error.Reason;
import io.e2llm.common.error.ServingException;
import io.e2llm.common.error.StatusMapping;
import io.e2llm.common.tensor.TensorCodec;
import io.e2llm.engine.chunk.Chunk;
import io.e2llm.engine.encoder.ChunkDigest;
import io.e2llm.engine.encoder.ChunkRole;
import io.e2llm.gateway.tiers.EncoderView;
import io.e2llm.gateway.v1.EmbedRequest;
import io.e2llm.gateway.v1.EmbedResponse;
import io.e2llm.gateway.v1.Embedding;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.ArrayList;
import java.util.List;

/**
 * A client's call for embeddings, on a thread of its own. Texts go to the encoders in pieces that
 * they take, as the chunks of a context do.
 */
public final class EmbedCall implements ActiveCall {
  private static final int MOST_TEXTS = 2048;
  private static final long IMPATIENT_MILLIS = 20;
  private static final long PATIENT_MILLIS = 500;

  private final RequestContext context;
  private final EmbedRequest request;
  private final ServerCallStreamObserver<EmbedResponse> client;
  private final List<TextEmbedding> texts = new ArrayList<>();
  private int missing;
  private boolean gone;

  /** A call, which its owner runs in the call's context. */
  public EmbedCall(
      RequestContext context,
      EmbedRequest request,
      ServerCallStreamObserver<EmbedResponse> client) {
    this.context = context;
    this.request = request;
    this.client = client;
    client.setOnCancelHandler(() -> context.mailbox().post(new CallEvent.ClientGone()));
  }

  @Override
  public void abort(ServingException failure) {
    context.mailbox().post(new CallEvent.Abort(failure));
  }

  @Override
  public void run() {
    context.metrics().began();
    try {
      embed();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      fail(new ServingException(Reason.DRAINING, "the gateway is shutting down", e));
    } catch (RuntimeException | Error failure) {
      fail(failure);
    } finally {
      context.metrics().ended();
    }
  }

  private void fail(Throwable failure) {
    ServingException told = StatusMapping.toServing(failure);
    context.metrics().failed(told.reason());
    if (!gone) {
      client.onError(StatusMapping.toStatus(told));
    }
  }

  private void embed() throws InterruptedException {
    EncoderView encoder = context.encoders().view();
    EncodeFanout fanout = new EncodeFanout(context, encoder);
    try {
      submit(encoder, fanout);
      while (missing > 0 && !gone) {
        fanout.pump();
        CallEvent event =
            context.mailbox().take(fanout.impatient() ? IMPATIENT_MILLIS : PATIENT_MILLIS);
        if (event != null) {
          handle(event, encoder, fanout);
        }
      }
    } finally {
      fanout.close();
    }
    if (!gone) {
      client.onNext(response());
      client.onCompleted();
    }
  }

  private void submit(EncoderView encoder, EncodeFanout fanout) {
    if (request.getTextsCount() > MOST_TEXTS) {
      throw new ServingException(Reason.LIMIT_EXCEEDED, "more than " + MOST_TEXTS + " texts");
    }
    ChunkRole role = request.getQuestions() ? ChunkRole.QUERY : ChunkRole.PASSAGE;
    long tag = 0;
    for (int i = 0; i < request.getTextsCount(); i++) {
      String text = request.getTexts(i);
      if (text.isEmpty()) {
        throw new ServingException(Reason.INVALID_REQUEST, "texts[" + i + "] is empty");
      }
      List<Chunk> pieces = encoder.pieces(text);
      texts.add(new TextEmbedding(pieces, encoder.info().getEmbeddingWidth()));
      for (int j = 0; j < pieces.size(); j++) {
        String piece = pieces.get(j).text();
        long route =
            ChunkDigest.of(RequestContext.TENANT, encoder.info().getIdentity(), 0, role, piece)
                .word0();
        EncodeJob.Target target = new EncodeJob.TextTarget(i, j, request.getQuestions());
        fanout.submit(new EncodeJob(target, tag++, piece, 0, route));
        missing++;
      }
      if (missing > context.settings().maxChunks()) {
        throw new ServingException(
            Reason.LIMIT_EXCEEDED,
            "the texts have more than " + context.settings().maxChunks() + " pieces");
      }
    }
  }

  private void handle(CallEvent event, EncoderView encoder, EncodeFanout fanout) {
    switch (event) {
      case CallEvent.Encoded result -> {
        int width = encoder.info().getEmbeddingWidth();
        fanout
            .finished(result)
            .ifPresent(
                job ->
                    embedded(
                        job, TensorCodec.decode(result.chunk().getEmbedding(), width, 1).values()));
      }
      case CallEvent.EncoderEnded ended -> fanout.ended(ended);
      case CallEvent.ClientGone left -> gone = true;
      case CallEvent.Abort abort -> throw abort.failure();
      case CallEvent.Wake wake -> {}
      case CallEvent.ClientMessage message -> throw new IllegalStateException("a unary call");
      case CallEvent.Uploaded upload -> throw new IllegalStateException("a unary call");
      case CallEvent.ClientDone done -> throw new IllegalStateException("a unary call");
      case CallEvent.Decoded decoded -> throw new IllegalStateException("no decoder is asked");
      case CallEvent.DecoderEnded ended -> throw new IllegalStateException("no decoder is asked");
    }
  }

  private void embedded(EncodeJob job, float[] embedding) {
    if (job.target() instanceof EncodeJob.TextTarget target) {
      texts.get(target.text()).add(target.piece(), embedding);
      missing--;
    }
  }

  private EmbedResponse response() {
    EmbedResponse.Builder response = EmbedResponse.newBuilder();
    for (TextEmbedding text : texts) {
      Embedding.Builder embedding = Embedding.newBuilder().setTokens(text.tokens());
      for (float value : text.mean()) {
        embedding.addValues(value);
      }
      response.addEmbeddings(embedding);
    }
    return response.build();
  }
}
