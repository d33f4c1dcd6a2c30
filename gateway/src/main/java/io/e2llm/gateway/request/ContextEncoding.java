package io.e2llm.gateway.request;

import com.google.protobuf.ByteString;
import io.e2llm.common.error.Reason;
import io.e2llm.common.error.ServingException;
import io.e2llm.common.tensor.TensorCodec;
import io.e2llm.common.tensor.TensorDigest;
import io.e2llm.encoder.v1.EncodedChunk;
import io.e2llm.engine.chat.ChatMessage;
import io.e2llm.engine.chunk.Chunk;
import io.e2llm.engine.encoder.ChunkDigest;
import io.e2llm.engine.encoder.ChunkRole;
import io.e2llm.gateway.tiers.EncoderView;
import io.e2llm.tensor.v1.Tensor;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What encoders make of a context and its questions: the embedding of each chunk and question, and
 * the soft prompts, which go on to the generation as they come. Belongs to the request's thread.
 */
final class ContextEncoding {
  private final EncoderView encoder;
  private final EncodeFanout fanout;
  private final @Nullable SoftPlan plan;
  private final Generation generation;
  private final Runnable beginGeneration;
  private final @Nullable KnownChunks known;
  private final Deque<Found> found = new ArrayDeque<>();
  private final ContextChunks chunks = new ContextChunks();
  private final Questions questions = new Questions();
  private final SoftPrompts softPrompts = new SoftPrompts();
  private boolean asked;
  private long tags;

  /**
   * Nothing encoded yet.
   *
   * @param plan which chunks become soft prompts; null in a mode without
   * @param generation gets the soft prompts
   * @param beginGeneration begins the generation, unless it has begun; called before each
   * @param offers whether the decoder takes offers of soft prompts it may hold
   */
  ContextEncoding(
      RequestContext context,
      EncoderView encoder,
      @Nullable SoftPlan plan,
      Generation generation,
      Runnable beginGeneration,
      boolean offers) {
    this.encoder = encoder;
    this.plan = plan;
    this.generation = generation;
    this.beginGeneration = beginGeneration;
    fanout = new EncodeFanout(context, encoder);
    known = offers ? context.knownChunks() : null;
    generation.fetchWith(this::fetch);
  }

  ContextChunks chunks() {
    return chunks;
  }

  EncodeFanout fanout() {
    return fanout;
  }

  /** Takes the context's next chunk, and lets it be encoded if {@code encode}. */
  void add(Chunk chunk, boolean encode) {
    int index = chunks.add(chunk);
    if (!encode) {
      return;
    }
    if (plan != null) {
      plan.add(chunk.tokens());
      if (chunk.tokens() > 0 && plan.phase() == SoftPlan.Phase.ALL) {
        softPrompts.add(index);
      }
    }
    submit(index, plan == null ? 0 : plan.wantedRatio());
    riseWhileOutgrown();
  }

  /** Tells how many soft tokens fit, once it is known better. */
  void room(long softTokens) {
    if (plan != null) {
      plan.room(softTokens);
      riseWhileOutgrown();
    }
  }

  /** Lets the questions be encoded, once the conversation is complete and chunks must be ranked. */
  void ask(List<ChatMessage> users) {
    asked = true;
    questions.ask(
        users,
        encoder::pieces,
        (pieces, turn) -> {
          for (int i = 0; i < pieces.size(); i++) {
            submit(new EncodeJob.QuestionTarget(turn, i), pieces.get(i).text(), 0, ChunkRole.QUERY);
          }
        });
  }

  boolean asked() {
    return asked;
  }

  /** Whether every chunk and every question asked has its embedding. */
  boolean embedded() {
    return chunks.encoded() == chunks.encodable() && questions.complete();
  }

  /** Whether chunks have to be ranked because not all of them fit as soft prompts. */
  boolean mustDrop() {
    return plan != null && plan.phase() != SoftPlan.Phase.ALL;
  }

  /**
   * Chooses the soft prompts that fit, the most relevant, once all is {@link #embedded}; returns
   * whether there was anything to choose.
   */
  boolean choose() {
    if (plan == null || plan.phase() != SoftPlan.Phase.EMBEDDINGS) {
      return false;
    }
    List<Integer> chosen =
        plan.choose(questions.ranked(questions.turns() - 1, chunks), chunkTokens());
    softPrompts.restart(chosen);
    chosen.forEach(index -> submit(index, plan.ratio()));
    return true;
  }

  SoftPrompts softPrompts() {
    return softPrompts;
  }

  /** Encoder tokens for each soft token; 0 without soft prompts. */
  int ratio() {
    return plan != null && softPrompts.count() > 0 ? plan.ratio() : 0;
  }

  /** Chunks that were to be soft prompts and did not fit. */
  int dropped() {
    return plan != null ? chunks.encodable() - softPrompts.count() : 0;
  }

  /** For each user's message in turn, all chunks, the most relevant first. */
  List<List<Integer>> rankings() {
    return IntStream.range(0, questions.turns())
        .mapToObj(turn -> questions.ranked(turn, chunks))
        .toList();
  }

  /** The relevance of a chunk to the last question. */
  float relevance(int index) {
    return questions.relevance(questions.turns() - 1, chunks.embedding(index));
  }

  /**
   * A chunk came back.
   *
   * @throws ServingException INTERNAL when it is not what was asked for
   */
  void on(CallEvent.Encoded result) {
    fanout
        .finished(result)
        .ifPresent(
            job -> {
              switch (job.target()) {
                case EncodeJob.ContextTarget target -> chunk(target.index(), job, result.chunk());
                case EncodeJob.WantedTarget target -> wanted(target, job, result.chunk());
                case EncodeJob.QuestionTarget target ->
                    questions.embedded(target, embedding(result.chunk()));
                case EncodeJob.TextTarget target ->
                    throw new IllegalStateException("no part of an answer");
              }
            });
  }

  private void chunk(int index, EncodeJob job, EncodedChunk result) {
    float[] embedding = embedding(result);
    chunks.encoded(index, embedding, result.getCached());
    int ratio = job.chunk().getRatio();
    if (!isWanted(ratio)) {
      return;
    }
    Tensor tensor = result.getSoftPrompt();
    int rows = rows(result, mostRows(index));
    if (known == null) {
      arrived(index, rows, place -> generation.softPrompt(place, tensor));
      return;
    }
    ByteString digest = ByteString.copyFrom(TensorDigest.of(tensor));
    known.put(digest(index, ratio), new KnownChunks.Known(digest, rows, embedding));
    arrived(
        index,
        rows,
        place -> {
          if (result.getCached()) { // then the decoder may have seen it as well
            generation.offer(place, digest, tensor);
          } else {
            generation.softPrompt(place, tensor);
          }
        });
  }

  /** Lets the decoder know of chunks that need not be encoded; returns whether there were any. */
  boolean takeFound() {
    boolean any = !found.isEmpty();
    while (!found.isEmpty()) {
      Found next = found.remove();
      KnownChunks.Known what = next.known();
      chunks.encoded(next.index(), what.embedding(), true);
      if (isWanted(next.ratio())) {
        arrived(next.index(), what.rows(), place -> generation.offer(place, what.digest(), null));
      }
    }
    return any;
  }

  private boolean isWanted(int ratio) {
    return plan != null && plan.phase() != SoftPlan.Phase.EMBEDDINGS && ratio == plan.ratio();
  }

  private int mostRows(int index) {
    return plan == null ? 0 : plan.mostRows(chunks.get(index).tokens());
  }

  private void arrived(int index, int rows, IntConsumer send) {
    @Nullable Integer place = softPrompts.arrived(index, rows);
    if (place == null || plan == null) {
      return;
    }
    beginGeneration.run();
    send.accept(place);
    if (plan.phase() == SoftPlan.Phase.ALL) {
      plan.actual(index, rows);
      riseWhileOutgrown();
    }
  }

  /** The decoder wants the bytes of a soft prompt that was offered. */
  private void fetch(int place) {
    int index = softPrompts.chunkAt(place);
    submit(
        new EncodeJob.WantedTarget(index, place),
        chunks.get(index).text(),
        ratio(),
        ChunkRole.PASSAGE);
  }

  private void wanted(EncodeJob.WantedTarget target, EncodeJob job, EncodedChunk result) {
    if (!isWanted(job.chunk().getRatio()) || !softPrompts.stands(target.index(), target.place())) {
      return; // it was asked for before the ratio rose or chunks were dropped
    }
    if (rows(result, mostRows(target.index())) != softPrompts.rows(target.index())) {
      throw new ServingException(
          Reason.INTERNAL, "an encoder sent another soft prompt than the time before");
    }
    generation.softPrompt(target.place(), result.getSoftPrompt());
  }

  /** What was planned and fits the window counts on this bound. */
  private static int rows(EncodedChunk result, int most) {
    if (!result.hasSoftPrompt()) {
      throw new ServingException(Reason.INTERNAL, "an encoder sent no soft prompt");
    }
    Tensor tensor = result.getSoftPrompt();
    int rows = tensor.getShapeCount() == 2 ? tensor.getShape(0) : 0;
    if (rows < 1 || rows > most) {
      throw new ServingException(
          Reason.INTERNAL,
          "an encoder sent a soft prompt of "
              + Integer.toUnsignedString(rows)
              + " soft tokens where the ratio allows 1 to "
              + most);
    }
    return rows;
  }

  private float[] embedding(EncodedChunk result) {
    return TensorCodec.decode(result.getEmbedding(), encoder.info().getEmbeddingWidth(), 1)
        .values();
  }

  private void riseWhileOutgrown() {
    while (plan != null && plan.outgrown()) {
      plan.rise(chunkTokens());
      fanout.forget(job -> !(job.target() instanceof EncodeJob.QuestionTarget));
      found.clear();
      softPrompts.forgetArrivals();
      if (plan.phase() == SoftPlan.Phase.ALL) {
        generation.reset();
      } else {
        generation.suspend();
        softPrompts.restart(List.of());
      }
      for (int i = 0; i < chunks.size(); i++) {
        if (plan.phase() == SoftPlan.Phase.ALL || chunks.embedding(i) == null) {
          submit(i, plan.wantedRatio());
        }
      }
    }
  }

  private void submit(int index, int ratio) {
    Chunk chunk = chunks.get(index);
    if (chunk.tokens() == 0) {
      return;
    }
    KnownChunks.@Nullable Known what =
        known == null || ratio == 0 ? null : known.get(digest(index, ratio));
    if (what == null) {
      submit(new EncodeJob.ContextTarget(index), chunk.text(), ratio, ChunkRole.PASSAGE);
    } else {
      found.add(new Found(index, ratio, what));
    }
  }

  private ChunkDigest digest(int index, int ratio) {
    return ChunkDigest.of(
        RequestContext.TENANT,
        encoder.info().getIdentity(),
        ratio,
        ChunkRole.PASSAGE,
        chunks.get(index).text());
  }

  /** Routed by text alone: at another ratio a chunk meets the encoder that has seen it before. */
  private void submit(EncodeJob.Target target, String text, int ratio, ChunkRole role) {
    long routeKey =
        ChunkDigest.of(RequestContext.TENANT, encoder.info().getIdentity(), 0, role, text).word0();
    fanout.submit(new EncodeJob(target, tags++, text, ratio, routeKey));
  }

  private List<Integer> chunkTokens() {
    return chunks.all().stream().map(Chunk::tokens).toList();
  }

  /**
   * A chunk that was encoded before.
   *
   * @param index the chunk
   * @param ratio at which it is known
   * @param known what is known
   */
  private record Found(int index, int ratio, KnownChunks.Known known) {}
}
