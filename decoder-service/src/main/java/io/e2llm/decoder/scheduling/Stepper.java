package io.e2llm.decoder.scheduling;

import io.e2llm.common.error.Reason;
import io.e2llm.common.error.ServingException;
import io.e2llm.decoder.sampling.Sampler;
import io.e2llm.decoder.v1.FinishReason;
import io.e2llm.engine.decoder.DecoderModel;
import io.e2llm.engine.decoder.Logits;
import io.e2llm.engine.decoder.StepInput;
import io.e2llm.engine.decoder.StepInput.Ids;
import io.e2llm.engine.decoder.StepInput.Piece;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
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
  private final LongSupplier nanoTime;
  private final SchedulerObserver observer;
  private final Consumer<Generation> end;
  private final BiConsumer<Generation, ServingException> fail;
  private final Sampler sampler = new Sampler();
  private final float[] row;

  Stepper(
      DecoderModel model,
      LongSupplier nanoTime,
      SchedulerObserver observer,
      Consumer<Generation> end,
      BiConsumer<Generation, ServingException> fail) {
    this.model = model;
    this.nanoTime = nanoTime;
    this.observer = observer;
    this.end = end;
    this.fail = fail;
    row = new float[model.description().vocabulary()];
  }

  /** Runs {@code plan}. */
  void step(List<Planned> plan) {
    List<Ready> batch = new ArrayList<>(plan.size());
    for (Planned planned : plan) {
      try {
        batch.add(ready(planned));
      } catch (RuntimeException | Error e) {
        broken(planned.generation(), e);
      }
    }
    if (!batch.isEmpty()) {
      run(batch);
    }
  }

  private Ready ready(Planned planned) {
    Generation generation = planned.generation();
    boolean decodes = generation.phase == Phase.WRITING;
    List<Piece> pieces =
        decodes
            ? List.of(new Ids(new int[] {generation.nextToken}))
            : generation.reader.read(planned.tokens());
    boolean wantLogits = decodes || generation.reader.complete();
    return new Ready(generation, new StepInput(generation.sequence, pieces, wantLogits));
  }

  private void run(List<Ready> batch) {
    long begun = nanoTime.getAsLong();
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
    int at = 0;
    for (Ready ready : batch) {
      if (ready.input().wantLogits()) {
        logits.copyRow(at++, row);
        next(ready.generation());
      }
    }
  }

  private void repeatAlone(List<Ready> batch, Throwable failure) {
    for (Ready ready : batch) {
      Generation generation = ready.generation();
      if (model.length(generation.sequence) == generation.sequenceTokens) {
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
      ready.generation().sequenceTokens += tokens;
      if (ready.generation().phase == Phase.WRITING) {
        decodeTokens += tokens;
      } else {
        prefillTokens += tokens;
      }
    }
    observer.step(decodeTokens, prefillTokens, nanos);
  }

  /** Chooses the next token from the logits in {@link #row}. */
  private void next(Generation generation) {
    Output output = generation.output;
    try {
      if (generation.phase == Phase.READING) {
        generation.phase = generation.phase.to(Phase.WRITING);
        generation.reader.forget();
      }
      int id = sampler.sample(row, generation.request.sampling(), output.history(), output.count());
      boolean first = generation.firstTokenDue();
      observer.token(first, generation.tokenNanos(nanoTime.getAsLong()));
      String text = output.accept(id);
      generation.nextToken = id;
      if (output.finished() != FinishReason.FINISH_REASON_END_TOKEN) {
        generation.events.token(generation.token(id, text));
      }
      if (output.finished() != null) {
        end.accept(generation);
      }
    } catch (RuntimeException | Error e) {
      broken(generation, e);
    }
  }

  private void broken(Generation generation, Throwable failure) {
    log.error("a generation failed in the model", failure);
    fail.accept(
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
