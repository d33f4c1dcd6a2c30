package io.e2llm.gateway.request;

import com.google.protobuf.ByteString;
import io.e2llm.common.error.Reason;
import io.e2llm.common.error.ServingException;
import io.e2llm.common.tensor.TensorCodec;
import io.e2llm.common.tensor.TensorDigest;
import io.e2llm.decoder.v1.DecoderInfo;
import io.e2llm.encoder.v1.EncodedChunk;
import io.e2llm.encoder.v1.EncoderInfo;
import io.e2llm.engine.chunk.Chunk;
import io.e2llm.engine.chunk.Chunker;
import io.e2llm.engine.encoder.ChunkDigest;
import io.e2llm.engine.encoder.ChunkRole;
import io.e2llm.gateway.documents.StoredDocument.Encoding;
import io.e2llm.gateway.tiers.EncoderView;
import io.e2llm.gateway.v1.GenerateSettings;
import io.e2llm.gateway.v1.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Lets encoders read a document before anybody asks about it: its chunks are cut and encoded as for
 * an answer about it alone, so that they stand in the caches when one is wanted. Belongs to the
 * request's thread.
 */
final class DocumentEncoding {
  private static final long IMPATIENT_MILLIS = 20;
  private static final long PATIENT_MILLIS = 500;

  private final RequestContext context;
  private final EncoderView encoder;
  private final List<Chunk> chunks = new ArrayList<>();
  private int ratio;
  private int done;
  private int cached;

  /**
   * For one document.
   *
   * @throws ServingException TIER_UNREACHABLE when no encoder answers
   */
  DocumentEncoding(RequestContext context) {
    this.context = context;
    encoder = context.encoders().view();
  }

  /**
   * Encodes.
   *
   * @param text in pieces
   * @param progress is told how far it has come
   * @throws ServingException CANCELLED when the client is gone
   */
  Encoding run(Iterable<String> text, Consumer<Progress> progress) throws InterruptedException {
    Chunker chunker = new Chunker(encoder.tokenizer(), encoder.chunkTokens(), "");
    text.forEach(piece -> chunker.add(piece, chunks::add));
    chunker.finish(chunks::add);
    if (chunks.size() > context.settings().maxChunks()) {
      throw new ServingException(
          Reason.LIMIT_EXCEEDED,
          "the document has more than " + context.settings().maxChunks() + " chunks");
    }
    ratio = ratio();
    EncodeFanout fanout = new EncodeFanout(context, encoder);
    try {
      encode(fanout, progress);
    } finally {
      fanout.close();
    }
    long tokens = chunks.stream().mapToLong(Chunk::tokens).sum();
    return new Encoding(encoder.info().getIdentity(), tokens, chunks.size());
  }

  /** That of an answer about this document alone; 0 for embeddings. */
  private int ratio() {
    EncoderInfo info = encoder.info();
    if (info.getRatiosCount() == 0 || !info.getBundleTrained()) {
      return 0;
    }
    DecoderInfo decoder = context.decoders().view().info();
    AnswerSettings usual =
        AnswerSettings.of(
            GenerateSettings.getDefaultInstance(),
            decoder.getWindow(),
            context.settings().maxTokens(),
            0);
    int verbatim = Math.min(context.settings().verbatimTokens(), decoder.getWindow() / 4);
    long room = new WindowBudget(decoder.getWindow(), usual, verbatim).softRoom();
    SoftPlan plan = new SoftPlan(info.getRatiosList(), 0, room, 0);
    List<Integer> tokens = chunks.stream().map(Chunk::tokens).toList();
    tokens.forEach(plan::add);
    while (plan.outgrown()) {
      plan.rise(tokens);
    }
    return plan.wantedRatio();
  }

  private void encode(EncodeFanout fanout, Consumer<Progress> progress)
      throws InterruptedException {
    int next = 0;
    progress.accept(progress());
    while (done < chunks.size()) {
      while (next < chunks.size() && !fanout.saturated()) {
        submit(next++, fanout);
      }
      fanout.pump();
      if (done == chunks.size()) {
        break;
      }
      CallEvent event =
          context.mailbox().take(fanout.impatient() ? IMPATIENT_MILLIS : PATIENT_MILLIS);
      if (event != null) {
        handle(event, fanout);
        progress.accept(progress());
      }
    }
    progress.accept(progress());
  }

  private Progress progress() {
    return Progress.newBuilder()
        .setChunksDone(done)
        .setChunksTotal(chunks.size())
        .setChunksCached(cached)
        .setContextComplete(true)
        .build();
  }

  private void submit(int index, EncodeFanout fanout) {
    Chunk chunk = chunks.get(index);
    if (chunk.tokens() == 0) {
      done++;
      return;
    }
    if (ratio > 0 && context.knownChunks().get(digest(index, ratio)) != null) {
      done++;
      cached++;
      return;
    }
    long route = digest(index, 0).word0();
    fanout.submit(
        new EncodeJob(new EncodeJob.ContextTarget(index), index, chunk.text(), ratio, route));
  }

  private ChunkDigest digest(int index, int atRatio) {
    return ChunkDigest.of(
        RequestContext.TENANT,
        encoder.info().getIdentity(),
        atRatio,
        ChunkRole.PASSAGE,
        chunks.get(index).text());
  }

  private void handle(CallEvent event, EncodeFanout fanout) {
    switch (event) {
      case CallEvent.Encoded result ->
          fanout.finished(result).ifPresent(job -> encoded(job, result.chunk()));
      case CallEvent.EncoderEnded ended -> fanout.ended(ended);
      case CallEvent.ClientGone gone ->
          throw new ServingException(Reason.CANCELLED, "the caller gave up");
      case CallEvent.Abort abort -> throw abort.failure();
      case CallEvent.Wake wake -> {}
      case CallEvent.ClientMessage message -> throw new IllegalStateException("no question");
      case CallEvent.Uploaded more -> throw new IllegalStateException("the text is complete");
      case CallEvent.ClientDone twice -> throw new IllegalStateException("the text is complete");
      case CallEvent.Decoded decoded -> throw new IllegalStateException("no decoder is asked");
      case CallEvent.DecoderEnded ended -> throw new IllegalStateException("no decoder is asked");
    }
  }

  private void encoded(EncodeJob job, EncodedChunk result) {
    if (!(job.target() instanceof EncodeJob.ContextTarget target)) {
      return;
    }
    done++;
    cached += result.getCached() ? 1 : 0;
    if (ratio > 0 && result.hasSoftPrompt() && result.getSoftPrompt().getShapeCount() == 2) {
      int width = encoder.info().getEmbeddingWidth();
      ByteString digest = ByteString.copyFrom(TensorDigest.of(result.getSoftPrompt()));
      float[] embedding = TensorCodec.decode(result.getEmbedding(), width, 1).values();
      context
          .knownChunks()
          .put(
              digest(target.index(), ratio),
              new KnownChunks.Known(digest, result.getSoftPrompt().getShape(0), embedding));
    }
  }
}
