package io.e2llm.gateway.request;

import io.e2llm.common.error.Reason;
import io.e2llm.common.error.ServingException;
import io.e2llm.decoder.v1.GenerateResponse;
import io.e2llm.decoder.v1.GenerationEnd;
import io.e2llm.engine.chat.ChatTemplate;
import io.e2llm.engine.chat.RenderedPrompt;
import io.e2llm.engine.chunk.Chunk;
import io.e2llm.engine.encoder.ChunkDigest;
import io.e2llm.engine.encoder.ChunkRole;
import io.e2llm.gateway.prompt.PromptPlanner;
import io.e2llm.gateway.prompt.PromptRenderer;
import io.e2llm.gateway.prompt.RawTemplate;
import io.e2llm.gateway.prompt.VerbatimSelection;
import io.e2llm.gateway.tiers.DecoderView;
import io.e2llm.gateway.tiers.EncoderView;
import io.e2llm.gateway.v1.ContextMode;
import io.e2llm.gateway.v1.End;
import io.e2llm.gateway.v1.GenerateSettings;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The work on one answer: context to chunks, chunks to soft prompts and embeddings, those to a
 * prompt, the prompt to tokens. Each call does a bounded portion. Belongs to the request's thread.
 */
final class Answer {
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
  private final ModeChoice mode;
  private final WindowBudget budget;
  private final PromptRenderer renderer;
  private final Generation generation;
  private final ContextEncoding encoding;
  private final ContextIntake intake;
  private final TextContext text;
  private Stage stage = Stage.READING;
  private boolean contextComplete;
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
    EncoderView encoder = context.encoders().view();
    mode = ModeChoice.of(given.getContextMode(), encoder.info(), decoder.info());
    int window = window(decoder);
    AnswerSettings settings =
        AnswerSettings.of(
            given, window, context.settings().maxTokens(), context.seeds().getAsLong());
    budget = new WindowBudget(window, settings, mode.verbatim() ? verbatimTokens(window) : 0);
    renderer = new PromptRenderer(decoder.tokenizer(), template(decoder, given.getRaw()));
    generation = new Generation(context, decoder, settings);
    @Nullable SoftPlan plan =
        mode.soft()
            ? new SoftPlan(
                encoder.info().getRatiosList(),
                given.getRatio(),
                budget.softRoom(),
                reader.announcedCodePoints())
            : null;
    encoding =
        new ContextEncoding(
            context,
            encoder,
            plan,
            generation,
            this::beginGeneration,
            decoder.info().getTakesOffers());
    intake = new ContextIntake(encoder.tokenizer(), encoder.chunkTokens(), this::cut);
    text = new TextContext(renderer, budget.mostRoom());
  }

  private static ChatTemplate template(DecoderView decoder, boolean raw) {
    boolean begun = decoder.tokenizer().prefixIds().length > 0;
    return raw ? new RawTemplate(begun ? decoder.template().bosToken() : "") : decoder.template();
  }

  /** Tokens that one generation may span at this decoder. */
  private static int window(DecoderView decoder) {
    long kvTokens = decoder.info().getKvTokens();
    int window = decoder.info().getWindow();
    return kvTokens == 0 ? window : (int) Math.min(window, kvTokens);
  }

  private int verbatimTokens(int window) {
    int wanted = reader.settings().getVerbatimTokens();
    return wanted == 0
        ? Math.max(1, Math.min(context.settings().verbatimTokens(), window / 4))
        : Integer.compareUnsigned(wanted, window) > 0 ? window : wanted;
  }

  /** Whether the next message of the client is wanted. */
  boolean wantsMessage() {
    return stage == Stage.READING && reader.pieces().isEmpty();
  }

  /** Whether something waits for time to pass. */
  boolean impatient() {
    return encoding.fanout().impatient() || generation.impatient();
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
    if (encoding.takeFound()) {
      events.progress(encoding.chunks(), contextComplete, false);
      more = true;
    }
    generation.pump();
    if (stage == Stage.GENERATING && generation.prompted()) {
      encoding.fanout().close();
    }
    encoding.fanout().pump();
    return more;
  }

  private boolean asText() {
    return mode.mode() == ContextMode.CONTEXT_MODE_TEXT;
  }

  private boolean read(boolean clientDone) {
    if (!reader.pieces().isEmpty()) {
      if (encoding.fanout().saturated()) {
        return false;
      }
      if (asText()) {
        text.add(reader.pieces().getFirst());
        int left = reader.pieces().size();
        while (reader.pieces().size() == left) {
          intake.feed(reader.pieces());
        }
      } else {
        intake.feed(reader.pieces());
        events.progress(encoding.chunks(), false, false);
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

  /** A chunk was cut. */
  private void cut(Chunk chunk) {
    if (encoding.chunks().size() == context.settings().maxChunks()) {
      throw new ServingException(
          Reason.LIMIT_EXCEEDED,
          "the context has more than " + context.settings().maxChunks() + " chunks");
    }
    encoding.add(chunk, !asText());
  }

  private void conversationComplete() {
    boolean framed = encoding.chunks().size() > 0;
    int bare = planner(budget.mostRoom()).bareTokens(framed);
    fit(bare, framed && !asText());
    planner = planner(budget.room());
    encoding.room(budget.softRoom(bare));
    stage = Stage.ENCODING;
  }

  private PromptPlanner planner(int room) {
    return new PromptPlanner(renderer, reader.messages(), room);
  }

  private void fit(int promptTokens, boolean contextFollows) {
    budget.fit(promptTokens, contextFollows);
    generation.maxTokens(budget.maxTokens());
  }

  /** Goes on once everything wanted has come. */
  private boolean encode() {
    PromptPlanner known = Objects.requireNonNull(planner, "the conversation is complete");
    ContextChunks chunks = encoding.chunks();
    if (asText()) {
      return generate(
          chunks.size() == 0 ? known.withoutVerbatim(false).prompt() : wholeContextAsText());
    }
    boolean byRelevance = mode.verbatim() || encoding.mustDrop();
    if (byRelevance && !encoding.asked() && chunks.encodable() > 0) {
      encoding.ask(reader.userMessages());
      return true;
    }
    SoftPrompts softPrompts = encoding.softPrompts();
    if ((byRelevance && !encoding.embedded()) || !softPrompts.complete()) {
      return false;
    }
    if (encoding.choose()) {
      return true;
    }
    boolean soft = softPrompts.count() > 0;
    if (!mode.verbatim() || chunks.encodable() == 0) {
      return generate(known.withoutVerbatim(soft).prompt());
    }
    PromptPlanner.Planned planned =
        known.withVerbatim(
            new VerbatimSelection(chunks.all(), renderer),
            encoding.rankings(),
            budget.verbatimTokens(),
            softPrompts.tokens(),
            soft);
    verbatim = planned.verbatim();
    return generate(planned.prompt());
  }

  private RenderedPrompt wholeContextAsText() {
    RenderedPrompt prompt = planner(budget.mostRoom()).withText(text.text());
    fit(prompt.tokens(), false);
    return prompt;
  }

  private boolean generate(RenderedPrompt prompt) {
    events.encoded();
    if (!asText()) {
      events.progress(encoding.chunks(), true, true);
    }
    stage = Stage.GENERATING;
    generation.prompt(prompt, documentKey());
    return true;
  }

  private void beginGeneration() {
    generation.begin(renderer.head(reader.systemMessages()), documentKey());
  }

  /** Answers about one document meet on one decoder, where its prefix may still stand. */
  private long documentKey() {
    ContextChunks chunks = encoding.chunks();
    String first =
        chunks.size() > 0 ? chunks.get(0).text() : reader.messages().getFirst().content();
    return ChunkDigest.of(
            RequestContext.TENANT, decoder.info().getIdentity(), 0, ChunkRole.PASSAGE, first)
        .word0();
  }

  /** A chunk came back. */
  void on(CallEvent.Encoded result) {
    encoding.on(result);
    events.progress(encoding.chunks(), contextComplete, false);
  }

  /** A stream to an encoder ended. */
  void on(CallEvent.EncoderEnded event) {
    encoding.fanout().ended(event);
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
    } else if (response.hasSoftPromptsWanted()) {
      generation.answered(response.getSoftPromptsWanted());
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
    stage = Stage.DONE;
    generation.completed();
    End.Builder end = EndEvent.of(mode, encoding, verbatim, generationEnd);
    context.metrics().completed(mode.mode(), end.getUsage());
    events.end(generationEnd, end);
  }

  /** Leaves nothing running. */
  void close() {
    encoding.fanout().close();
    generation.cancel();
  }
}
