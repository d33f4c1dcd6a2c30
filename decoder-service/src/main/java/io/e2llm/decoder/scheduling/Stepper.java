package io.e2llm.decoder.scheduling;

import io.e2llm.common.error.Reason;
import io.e2llm.common.error.ServingException;
import io.e2llm.decoder.prefix.PrefixCache;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One forward pass over a plan, and the tokens that come of it. Scheduler's thread only. A failure
 * ends the generations it concerns and nothing else.
 */
final class Stepper {
  private static final Logger log = LoggerFactory.getLogger(Stepper.class);

  private final DecoderModel model;
  private final PrefixCache cache;
  private final Roster roster;
  private final StepCosts costs;
  private final LongSupplier nanoTime;
  private final SchedulerObserver observer;
  private final Sampler sampler = new Sampler();

  Stepper(
      DecoderModel model,
      PrefixCache cache,
      Roster roster,
      StepCosts costs,
      LongSupplier nanoTime,
      SchedulerObserver observer) {
    this.model = model;
    this.cache = cache;
    this.roster = roster;
    this.costs = costs;
    this.nanoTime = nanoTime;
    this.observer = observer;
  }

  /** Runs {@code plan}. */
  void step(List<Planned> plan) {
    long begun = nanoTime.getAsLong();
    List<Ready> batch = new ArrayList<>(plan.size());
    for (Planned planned : plan) {
      try {
        batch.add(ready(planned));
      } catch (RuntimeException | Error e) {
        broken(planned.generation(), e);
      }
    }
    if (!batch.isEmpty()) {
      run(batch, begun);
    }
  }

  private Ready ready(Planned planned) {
    Generation generation = planned.generation();
    List<Piece> pieces = generation.reader.read(planned.tokens());
    int sequence = generation.lease().sequence();
    return new Ready(generation, new StepInput(sequence, pieces, generation.reader.complete()));
  }

  private void run(List<Ready> batch, long begun) {
    batch.forEach(ready -> ready.generation().stepping(begun));
    Logits logits;
    try {
      logits = model.step(batch.stream().map(Ready::input).toList());
    } catch (RuntimeException | Error e) {
      if (batch.size() == 1) {
        broken(batch.get(0).generation(), e);
      } else {
        log.warn("a step over {} generations failed and is repeated one by one", batch.size(), e);
        repeatAlone(batch, e);
      }
      return;
    }
    took(batch, nanoTime.getAsLong() - begun);
    sample(batch, logits);
  }

  private void sample(List<Ready> batch, Logits logits) {
    List<Generation> sampled = new ArrayList<>(logits.rows());
    List<SampledRow> rows = new ArrayList<>(logits.rows());
    for (Ready ready : batch) {
      if (ready.input().wantLogits()) {
        Generation generation = ready.generation();
        Output output = generation.output;
        sampled.add(generation);
        rows.add(new SampledRow(generation.request.sampling(), output.history(), output.count()));
      }
    }
    int[] ids = sampler.sample(logits, rows);
    for (int i = 0; i < ids.length; i++) {
      next(sampled.get(i), ids[i]);
    }
  }

  private void repeatAlone(List<Ready> batch, Throwable failure) {
    for (Ready ready : batch) {
      Generation generation = ready.generation();
      if (model.length(ready.input().sequence()) == generation.lease().length()) {
        run(List.of(ready), nanoTime.getAsLong());
      } else {
        broken(generation, failure);
      }
    }
  }

  private void took(List<Ready> batch, long nanos) {
    int decodeTokens = 0;
    int prefillTokens = 0;
    int context = 0;
    for (Ready ready : batch) {
      int tokens = ready.input().tokens();
      Generation generation = ready.generation();
      PromptReader reader = generation.reader;
      cache.read(generation.lease(), reader.keys(), reader.position());
      generation.cached.computed(reader.position());
      if (generation.phase == Phase.WRITING) {
        decodeTokens += tokens;
      } else {
        prefillTokens += tokens;
        context = Math.max(context, reader.position());
      }
    }
    costs.measured(decodeTokens, prefillTokens, context, (double) nanos);
    observer.step(decodeTokens, prefillTokens, nanos);
  }

  /** Takes the next token. */
  private void next(Generation generation, int id) {
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
        generation.events.token(generation.token(id, text));
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

  private record Ready(Generation generation, StepInput input) {}
}
