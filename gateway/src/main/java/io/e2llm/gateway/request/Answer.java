package io.e2llm.gateway.request;

import io.e2llm.common.error.Reason;
import io.e2llm.common.error.ServingException;
import io.e2llm.common.tensor.TensorCodec;
import io.e2llm.decoder.v1.GenerateResponse;
import io.e2llm.decoder.v1.GenerationEnd;
import io.e2llm.encoder.v1.EncodedChunk;
import io.e2llm.engine.chunk.Chunk;
import io.e2llm.engine.chunk.Chunker;
import io.e2llm.engine.encoder.ChunkDigest;
import io.e2llm.engine.encoder.ChunkRole;
import io.e2llm.gateway.prompt.PromptPlanner;
import io.e2llm.gateway.prompt.PromptRenderer;
import io.e2llm.gateway.prompt.RenderedPrompt;
import io.e2llm.gateway.prompt.VerbatimSelection;
import io.e2llm.gateway.tiers.DecoderView;
import io.e2llm.gateway.tiers.EncoderView;
import io.e2llm.gateway.v1.ContextMode;
import io.e2llm.gateway.v1.End;
import io.e2llm.gateway.v1.GenerateSettings;
import io.e2llm.gateway.v1.Usage;
import io.e2llm.gateway.v1.VerbatimChunk;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The work on one answer: context to chunks, chunks to soft prompts and embeddings, those to a
 * prompt, the prompt to tokens. Each call does a bounded portion. Belongs to the request's thread.
 */
final class Answer {
  /** Share of the window kept for the conversation while it is still to come: a sixteenth. */
  private static final int CONVERSATION_SHARE = 16;

  private enum Stage {
    READING,
    ENCODING,
    GENERATING,
    DONE
  }

  private final RequestContext context;
  private final RequestReader reader;
  private final AnswerEvents events;
  private final DecoderView decoder;
  private final EncoderView encoder;
  private final ModeChoice mode;
  private final AnswerSettings settings;
  private final PromptRenderer renderer;
  private final Generation generation;
  private final EncodeFanout fanout;
  private final ContextIntake intake;
  private final ContextChunks chunks = new ContextChunks();
  private final Questions questions = new Questions();
  private final SoftPrompts softPrompts = new SoftPrompts();
  private final @Nullable SoftPlan plan;
  private final TextContext text;
  private final int room;
  private final int verbatimTokens;
  private Stage stage = Stage.READING;
  private boolean contextComplete;
  private boolean asked;
  private long tags;
  private @Nullable PromptPlanner planner;
  private List<Integer> verbatim = List.of();

  /**
   * Begins with the first message.
   *
   * @throws ServingException when the tiers or the settings do not allow it
   */
  Answer(RequestContext context, RequestReader reader, AnswerEvents events) {
    this.context = context;
    this.reader = reader;
    this.events = events;
    GenerateSettings given = reader.settings();
    decoder = context.decoders().view();
    encoder = context.encoders().view();
    mode = ModeChoice.of(given.getContextMode(), encoder.info(), decoder.info());
    int window = window(decoder);
    settings =
        AnswerSettings.of(
            given, window, context.settings().maxTokens(), context.seeds().getAsLong());
    room = window - settings.maxTokens();
    verbatimTokens = verbatimTokens(given, window);
    renderer = new PromptRenderer(decoder.tokenizer(), decoder.template());
    generation = new Generation(context, decoder, settings);
    fanout = new EncodeFanout(context, encoder);
    intake = new ContextIntake(encoder.tokenizer(), encoder.chunkTokens(), this::cut);
    text = new TextContext(renderer, room);
    plan =
        mode.soft()
            ? new SoftPlan(
                encoder.info().getRatiosList(),
                given.getRatio(),
                softRoom(window / CONVERSATION_SHARE),
                reader.announcedCodePoints())
            : null;
  }

  /** Tokens that one generation may span at this decoder. */
  static int window(DecoderView decoder) {
    long kvTokens = decoder.info().getKvTokens();
    int window = decoder.info().getWindow();
    return kvTokens == 0 ? window : (int) Math.min(window, kvTokens);
  }

  private int verbatimTokens(GenerateSettings given, int window) {
    int wanted = given.getVerbatimTokens();
    return wanted == 0
        ? Math.max(1, Math.min(context.settings().verbatimTokens(), window / 4))
        : Integer.compareUnsigned(wanted, window) > 0 ? window : wanted;
  }

  private long softRoom(int conversationTokens) {
    long left = (long) room - conversationTokens;
    return left - (mode.verbatim() ? Math.min(verbatimTokens, left / 2) : 0);
  }

  /** Whether the next message of the client is wanted. */
  boolean wantsMessage() {
    return stage == Stage.READING && reader.pieces().isEmpty();
  }

  /** Whether something waits for time to pass. */
  boolean impatient() {
    return fanout.impatient() || generation.impatient();
  }

  boolean done() {
    return stage == Stage.DONE;
  }

  /** Does a portion of the work; returns whether there is more to do at once. */
  boolean advance(boolean clientDone) {
    boolean more =
        switch (stage) {
          case READING -> read(clientDone);
          case ENCODING -> encode();
          case GENERATING, DONE -> false;
        };
    fanout.pump();
    generation.pump();
    return more;
  }

  private boolean read(boolean clientDone) {
    if (!reader.pieces().isEmpty()) {
      if (fanout.saturated()) {
        return false;
      }
      if (mode.mode() == ContextMode.CONTEXT_MODE_TEXT) {
        text.add(reader.pieces().getFirst());
        int left = reader.pieces().size();
        while (reader.pieces().size() == left) {
          intake.feed(reader.pieces());
        }
      } else {
        intake.feed(reader.pieces());
      }
      if (mode.mode() != ContextMode.CONTEXT_MODE_TEXT) {
        events.progress(chunks, false, false);
      }
      return true;
    }
    if (!contextComplete && (clientDone || reader.contextEnded())) {
      intake.finish();
      contextComplete = true;
      return true;
    }
    if (clientDone) {
      reader.end();
      conversationComplete();
      return true;
    }
    return false;
  }

  private void conversationComplete() {
    PromptPlanner known = new PromptPlanner(renderer, reader.messages(), room);
    planner = known;
    int bare = known.bareTokens(chunks.size() > 0);
    if (plan != null) {
      plan.room(softRoom(bare));
      riseWhileOutgrown();
    }
    stage = Stage.ENCODING;
  }

  /** A chunk was cut. */
  private void cut(Chunk chunk) {
    if (chunks.size() == context.settings().maxChunks()) {
      throw new ServingException(
          Reason.LIMIT_EXCEEDED,
          "the context has more than " + context.settings().maxChunks() + " chunks");
    }
    int index = chunks.add(chunk);
    if (mode.mode() == ContextMode.CONTEXT_MODE_TEXT) {
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

  private void submit(int index, int ratio) {
    Chunk chunk = chunks.get(index);
    if (chunk.tokens() > 0) {
      submit(new EncodeJob.ContextTarget(index), chunk.text(), ratio, ChunkRole.PASSAGE);
    }
  }

  /** Routed by text alone: at another ratio a chunk meets the encoder that has seen it before. */
  private void submit(EncodeJob.Target target, String chunkText, int ratio, ChunkRole role) {
    long routeKey =
        ChunkDigest.of(RequestContext.TENANT, encoder.info().getIdentity(), 0, role, chunkText)
            .word0();
    fanout.submit(new EncodeJob(target, tags++, chunkText, ratio, routeKey));
  }

  private void riseWhileOutgrown() {
    while (plan != null && plan.outgrown()) {
      plan.rise(chunks.all().stream().map(Chunk::tokens).toList());
      fanout.forget(job -> job.target() instanceof EncodeJob.ContextTarget);
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

  /** Goes on once everything wanted has come. */
  private boolean encode() {
    if (mode.mode() == ContextMode.CONTEXT_MODE_TEXT) {
      return generate(
          chunks.size() == 0
              ? planner().withoutVerbatim(false).prompt()
              : planner().withText(text.text()));
    }
    boolean byRelevance = mode.verbatim() || (plan != null && plan.phase() != SoftPlan.Phase.ALL);
    if (byRelevance && !asked && chunks.encodable() > 0) {
      ask();
      return true;
    }
    boolean embedded = chunks.encoded() == chunks.encodable() && questions.complete();
    if ((byRelevance && !embedded) || !softPrompts.complete()) {
      return false;
    }
    if (plan != null && plan.phase() == SoftPlan.Phase.EMBEDDINGS) {
      choose(plan);
      return true;
    }
    boolean soft = softPrompts.count() > 0;
    if (!mode.verbatim() || chunks.encodable() == 0) {
      return generate(planner().withoutVerbatim(soft).prompt());
    }
    PromptPlanner.Planned planned =
        planner()
            .withVerbatim(
                new VerbatimSelection(chunks.all(), renderer),
                IntStream.range(0, questions.turns())
                    .mapToObj(turn -> questions.ranked(turn, chunks))
                    .toList(),
                verbatimTokens,
                softPrompts.tokens(),
                soft);
    verbatim = planned.verbatim();
    return generate(planned.prompt());
  }

  private void ask() {
    asked = true;
    questions.ask(
        reader.userMessages(),
        this::cutQuestion,
        (pieces, turn) -> {
          for (int i = 0; i < pieces.size(); i++) {
            submit(new EncodeJob.QuestionTarget(turn, i), pieces.get(i).text(), 0, ChunkRole.QUERY);
          }
        });
  }

  private List<Chunk> cutQuestion(String question) {
    List<Chunk> pieces = new ArrayList<>();
    Chunker chunker = new Chunker(encoder.tokenizer(), encoder.chunkTokens(), "");
    chunker.add(question, pieces::add);
    chunker.finish(pieces::add);
    pieces.removeIf(piece -> piece.tokens() == 0);
    return pieces;
  }

  private void choose(SoftPlan known) {
    List<Integer> chosen =
        known.choose(
            questions.ranked(questions.turns() - 1, chunks),
            chunks.all().stream().map(Chunk::tokens).toList());
    softPrompts.restart(chosen);
    chosen.forEach(index -> submit(index, known.ratio()));
  }

  private boolean generate(RenderedPrompt prompt) {
    events.encoded();
    if (mode.mode() != ContextMode.CONTEXT_MODE_TEXT) {
      events.progress(chunks, true, true);
    }
    fanout.close();
    stage = Stage.GENERATING;
    generation.prompt(prompt, documentKey());
    return true;
  }

  /** Answers about one document meet on one decoder, where its prefix may still stand. */
  private long documentKey() {
    String first =
        chunks.size() > 0 ? chunks.get(0).text() : reader.messages().getFirst().content();
    return ChunkDigest.of(
            RequestContext.TENANT, decoder.info().getIdentity(), 0, ChunkRole.PASSAGE, first)
        .word0();
  }

  /** A chunk came back. */
  void on(CallEvent.Encoded result) {
    fanout
        .finished(result)
        .ifPresent(
            job -> {
              switch (job.target()) {
                case EncodeJob.ContextTarget target -> chunk(target.index(), job, result.chunk());
                case EncodeJob.QuestionTarget target ->
                    questions.embedded(target, embedding(result.chunk()));
              }
            });
  }

  private void chunk(int index, EncodeJob job, EncodedChunk result) {
    chunks.encoded(index, embedding(result), result.getCached());
    events.progress(chunks, contextComplete, false);
    boolean wanted =
        plan != null
            && plan.phase() != SoftPlan.Phase.EMBEDDINGS
            && job.chunk().getRatio() == plan.ratio();
    if (plan == null || !wanted) {
      return;
    }
    if (!result.hasSoftPrompt()) {
      throw new ServingException(Reason.INTERNAL, "an encoder sent no soft prompt");
    }
    Integer place = softPrompts.arrived(index, result.getSoftPrompt());
    if (place == null) {
      return;
    }
    generation.begin(renderer.head(reader.systemMessages()), documentKey());
    generation.softPrompt(place, result.getSoftPrompt());
    if (plan.phase() == SoftPlan.Phase.ALL) {
      plan.actual(index, softPrompts.rowsOf(index));
      riseWhileOutgrown();
    }
  }

  private float[] embedding(EncodedChunk result) {
    return TensorCodec.decode(result.getEmbedding(), encoder.info().getEmbeddingWidth(), 1)
        .values();
  }

  /** A stream to an encoder ended. */
  void on(CallEvent.EncoderEnded event) {
    fanout.ended(event);
  }

  /** The decoder sent an event. Returns whether it counts. */
  boolean on(CallEvent.Decoded event) {
    if (!generation.isCurrent(event.call())) {
      return false;
    }
    GenerateResponse response = event.event();
    if (response.hasToken()) {
      generation.generated(response.getToken().getId());
      if (events.token(response.getToken())) {
        context.metrics().firstToken(events.firstTokenNanos());
      }
    } else if (response.hasEnd()) {
      end(response.getEnd());
    }
    return true;
  }

  /** The call to a decoder ended. */
  void on(CallEvent.DecoderEnded event) {
    if (generation.isCurrent(event.call())) {
      generation.ended(event.failure());
    }
  }

  /** Lets the decoder send one more event. */
  void more() {
    generation.more();
  }

  private void end(GenerationEnd generationEnd) {
    boolean soft = softPrompts.count() > 0;
    Usage usage =
        Usage.newBuilder()
            .setContextTokens(chunks.tokens())
            .setChunks(chunks.size())
            .setCachedChunks(chunks.cached())
            .setDroppedChunks(mode.soft() ? chunks.encodable() - softPrompts.count() : 0)
            .setRatio(plan != null && soft ? plan.ratio() : 0)
            .setSoftTokens(generationEnd.getSoftTokens())
            .setPromptTokens(generationEnd.getPromptTokens())
            .setCompletionTokens(generationEnd.getCompletionTokens())
            .build();
    End.Builder end =
        End.newBuilder().setUsage(usage).setContextMode(mode.mode()).setNotice(mode.notice());
    for (int index : verbatim) {
      Chunk chunk = chunks.get(index);
      end.addVerbatim(
          VerbatimChunk.newBuilder()
              .setDocument(chunk.document())
              .setBegin(chunk.beginCodePoint())
              .setEnd(chunk.endCodePoint())
              .setRelevance(questions.relevance(questions.turns() - 1, chunks.embedding(index))));
    }
    stage = Stage.DONE;
    generation.completed();
    context.metrics().completed(mode.mode(), usage);
    events.end(generationEnd, end);
  }

  private PromptPlanner planner() {
    return java.util.Objects.requireNonNull(planner, "the conversation is complete");
  }

  /** Leaves nothing running. */
  void close() {
    fanout.close();
    generation.cancel();
  }
}
