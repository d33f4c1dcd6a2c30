package io.e2llm.decoder.scheduling;

import io.e2llm.common.error.Reason;
import io.e2llm.common.error.ServingException;
import io.e2llm.decoder.prefix.PrefixCache;
import io.e2llm.decoder.sampling.Sampled;
import io.e2llm.decoder.sampling.SampledRow;
import io.e2llm.decoder.sampling.Sampler;
import io.e2llm.decoder.v1.FinishReason;
import io.e2llm.engine.decoder.DecoderModel;
import io.e2llm.engine.decoder.Logits;
import io.e2llm.engine.decoder.StepInput;
import io.e2llm.engine.decoder.StepInput.Piece;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One forward pass over a plan, and the tokens that come of it. Where some decode, the others read
 * a piece of their prompts a few layers at a time, turn by turn, until the turn has taken as long
 * as it may ({@link StepPace}). Scheduler's thread only. A failure ends the generations it concerns
 * and nothing else.
 */
final class Stepper {
  private static final Logger log = LoggerFactory.getLogger(Stepper.class);

  private final DecoderModel model;
  private final PrefixCache cache;
  private final Roster roster;
  private final StepPace pace;
  private final LongSupplier nanoTime;
  private final SchedulerObserver observer;
  private final Sampler sampler = new Sampler();
  private @Nullable UnfinishedRead unfinished;

  Stepper(
      DecoderModel model,
      PrefixCache cache,
      Roster roster,
      StepPace pace,
      LongSupplier nanoTime,
      SchedulerObserver observer) {
    this.model = model;
    this.cache = cache;
    this.roster = roster;
    this.pace = pace;
    this.nanoTime = nanoTime;
    this.observer = observer;
  }

  /** Whether a piece of prompts is being read, so that nobody else may begin to. */
  boolean reading() {
    return unfinished != null && !unfinished.ended();
  }

  /**
   * Runs {@code plan}, in which nobody reads while {@link #reading}: those that decode get their
   * tokens first, then the others read on.
   */
  void step(List<Planned> plan) {
    long begun = nanoTime.getAsLong();
    List<Planned> decodes = new ArrayList<>();
    List<Planned> reads = new ArrayList<>();
    plan.forEach(planned -> (planned.generation().decodes() ? decodes : reads).add(planned));
    if (decodes.isEmpty()) {
      run(ready(reads));
      readOn(Double.POSITIVE_INFINITY, 0);
      return;
    }
    boolean known = pace.knows(decodes.size());
    run(ready(decodes));
    if (known) {
      begin(ready(reads));
      readOn(begun + pace.allowedNanos(decodes.size()), decodes.size());
    } // else nobody reads until it is known how long they may
  }

  private List<Ready> ready(List<Planned> plan) {
    List<Ready> batch = new ArrayList<>(plan.size());
    for (Planned planned : plan) {
      try {
        batch.add(ready(planned));
      } catch (RuntimeException | Error e) {
        broken(planned.generation(), e);
      }
    }
    return batch;
  }

  /** What the generation reads; it is where it was until it has. */
  private static Ready ready(Planned planned) {
    Generation generation = planned.generation();
    PromptReader reader = generation.reader;
    int from = reader.position();
    List<Piece> pieces = reader.read(planned.tokens());
    boolean complete = reader.complete();
    reader.seek(from);
    return new Ready(generation, new StepInput(generation.lease().sequence(), pieces, complete));
  }

  private void begin(List<Ready> reads) {
    if (reads.isEmpty()) {
      return;
    }
    stepping(reads);
    try {
      unfinished = new UnfinishedRead(model, reads, nanoTime);
    } catch (RuntimeException | Error e) {
      failed(reads, e);
    }
  }

  /** Reads on in what is being read, until {@code end} where some decode. */
  private void readOn(double end, int decoding) {
    UnfinishedRead read = unfinished;
    if (read == null || read.ended()) {
      unfinished = null;
      return;
    }
    Logits logits;
    try {
      logits = read.readOn(end);
    } catch (RuntimeException | Error e) {
      read.end();
      failed(read.batch(), e);
      return;
    }
    if (decoding > 0) {
      pace.read(read.tokens(), read.nanosOfALayer());
    }
    if (logits != null) {
      took(read.batch(), read.nanos());
      sample(read.batch(), logits);
    }
  }

  private void run(List<Ready> batch) {
    if (batch.isEmpty()) {
      return;
    }
    long begun = stepping(batch);
    Logits logits;
    try {
      logits = model.step(batch.stream().map(Ready::input).toList());
    } catch (RuntimeException | Error e) {
      failed(batch, e);
      return;
    }
    took(batch, nanoTime.getAsLong() - begun);
    sample(batch, logits);
  }

  /** Notes, and returns, when their step begins. */
  private long stepping(List<Ready> batch) {
    long begun = nanoTime.getAsLong();
    batch.forEach(ready -> ready.generation().stepping(begun));
    return begun;
  }

  private void sample(List<Ready> batch, Logits logits) {
    List<Generation> sampled = new ArrayList<>(logits.rows());
    List<SampledRow> rows = new ArrayList<>(logits.rows());
    for (Ready ready : batch) {
      if (ready.input().wantLogits()) {
        sampled.add(ready.generation());
        rows.add(ready.generation().output.next());
      }
    }
    List<Sampled> tokens = sampler.sample(logits, rows);
    for (int i = 0; i < tokens.size(); i++) {
      next(sampled.get(i), tokens.get(i));
    }
  }

  private void failed(List<Ready> batch, Throwable failure) {
    if (batch.size() == 1) {
      broken(batch.get(0).generation(), failure);
    } else {
      log.warn(
          "a step over {} generations failed and is repeated one by one", batch.size(), failure);
      repeatAlone(batch, failure);
    }
  }

  private void repeatAlone(List<Ready> batch, Throwable failure) {
    for (Ready ready : batch) {
      Generation generation = ready.generation();
      if (model.length(ready.input().sequence()) == generation.lease().length()) {
        run(List.of(ready));
      } else {
        broken(generation, failure);
      }
    }
  }

  private void took(List<Ready> batch, long nanos) {
    int decodeTokens = 0;
    int prefillTokens = 0;
    for (Ready ready : batch) {
      int tokens = ready.input().tokens();
      Generation generation = ready.generation();
      PromptReader reader = generation.reader;
      reader.seek(reader.position() + tokens);
      cache.read(generation.lease(), reader.keys(), reader.position());
      generation.cached.computed(reader.position());
      if (generation.decodes()) {
        decodeTokens += tokens;
      } else {
        prefillTokens += tokens;
      }
    }
    if (prefillTokens == 0) {
      pace.decoded(decodeTokens, (double) nanos);
    }
    observer.step(decodeTokens, prefillTokens, nanos);
  }

  /** Takes the next token. */
  private void next(Generation generation, Sampled token) {
    int id = token.id();
    Output output = generation.output;
    try {
      if (id == Sampler.NONE) {
        throw new ArithmeticException("the logits are of no use");
      }
      if (generation.phase == Phase.READING) {
        generation.phase = generation.phase.to(Phase.WRITING);
      }
      boolean first = generation.firstTokenDue();
      observer.token(first, generation.tokenNanos(nanoTime.getAsLong()));
      String text = output.accept(id);
      if (output.finished() != FinishReason.FINISH_REASON_END_TOKEN) {
        generation.events.token(generation.token(token, text));
      }
      if (output.finished() != null) {
        roster.end(generation);
      } else {
        generation.reader.append(id);
      }
    } catch (RuntimeException | Error e) {
      broken(generation, e);
    }
  }

  private void broken(Generation generation, Throwable failure) {
    log.error("a generation failed in the model", failure);
    roster.fail(
        generation,
        new ServingException(Reason.INTERNAL, "the model failed in this generation", failure));
  }

  /**
   * A generation and how many tokens it handles in the step.
   *
   * @param generation which
   * @param tokens how many
   */
  record Planned(Generation generation, int tokens) {}
}
