package io.e2llm.decoder.scheduling;

import io.e2llm.common.error.Reason;
import io.e2llm.common.error.ServingException;
import io.e2llm.engine.decoder.DecoderModel;
import io.e2llm.engine.encoder.SoftPrompt;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs all generations on one model, with continuous batching: one thread, one loop.
 *
 * <ol>
 *   <li><b>admit</b>: take the commands that others left; drop what was cancelled or has expired;
 *       share out the KV cache ({@link Admission}), opening sequences for those let in;
 *   <li><b>plan</b>: who reads how much ({@link StepPlanner}). Out of the plan are generations that
 *       wait for their next soft prompt, for room to grow, or for a slow reader;
 *   <li><b>step</b>: one forward pass over the plan ({@link Stepper}). A pass that fails is
 *       repeated for each generation alone, and only those that fail again are ended;
 *   <li><b>deliver</b>: sample, detokenize and hand out the events; free what has ended.
 * </ol>
 *
 * <p>Only the thread in {@link #run} touches generations and model; everyone else calls the methods
 * that leave a command, from any thread. Whatever is cancelled or expires is freed before the next
 * step.
 */
public final class Scheduler implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(Scheduler.class);
  private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final DecoderModel model;
  private final SchedulerLimits limits;
  private final LongSupplier nanoTime;
  private final SchedulerObserver observer;
  private final int window;
  private final Admission admission;
  private final StepPlanner planner;
  private final Stepper stepper;
  private final LinkedBlockingQueue<Command> commands = new LinkedBlockingQueue<>();
  private final Door door;

  /** All generations that are not gone, in order of arrival. Scheduler's thread only. */
  private final List<Generation> generations = new ArrayList<>();

  private @Nullable Thread owner;
  private long steps;

  /**
   * A scheduler for {@code model}, whose compute thread will be the one that calls {@link #run} and
   * which is closed at its end.
   *
   * @param nanoTime the clock, as {@link System#nanoTime}
   */
  public Scheduler(
      DecoderModel model,
      SchedulerLimits limits,
      LongSupplier nanoTime,
      SchedulerObserver observer) {
    this.model = model;
    this.limits = limits;
    this.nanoTime = nanoTime;
    this.observer = observer;
    window = model.description().window();
    admission = new Admission(limits.kvTokens(), limits.sequences());
    planner = new StepPlanner(limits.prefillTokens(), limits.sharedPrefillTokens());
    stepper = new Stepper(model, nanoTime, observer, this::end, this::fail);
    door = new Door(limits.sequences() + limits.queue());
  }

  /**
   * A new generation, admitted in order of arrival.
   *
   * @throws ServingException DRAINING, QUEUE_FULL, or KV_FULL when it can never fit
   */
  public Generation begin(GenerationRequest request, GenerationEvents events) {
    PromptReader reader = new PromptReader(request.head(), this::adapt);
    Output output = new Output(request, model.description().endTokens(), model.tokenizer());
    Generation generation = new Generation(request, events, reader, output, nanoTime.getAsLong());
    checkFits(generation);
    door.enter(() -> commands.add(new Command.Begin(generation)));
    return generation;
  }

  /** One more soft prompt, of the pooled width, whose index is not here yet. */
  public void soft(Generation generation, int index, SoftPrompt softPrompt) {
    commands.add(new Command.Soft(generation, index, softPrompt));
  }

  /** Voids all soft prompts so far. */
  public void reset(Generation generation) {
    commands.add(new Command.Reset(generation));
  }

  /** Completes the prompt, which is then at least one token long and shorter than the window. */
  public void close(Generation generation, int[] tail) {
    commands.add(new Command.Close(generation, tail));
  }

  /** Ends a generation without a word. */
  public void cancel(Generation generation) {
    commands.add(new Command.Cancel(generation));
  }

  /** Says that undelivered events became fewer. */
  public void delivered(Generation generation) {
    if (generation.awaitsDelivery()) {
      commands.add(new Command.Delivered(generation));
    }
  }

  /**
   * Lets nobody in any more and waits for those inside.
   *
   * @return whether all ended in time
   */
  public boolean drain(Duration atMost) throws InterruptedException {
    return door.drain(atMost);
  }

  /** Makes {@link #run} end after the step it is in. */
  public void stop() {
    door.stop();
    commands.add(new Command.Stop());
  }

  /** The loop. Returns after {@link #stop}; generations still inside fail with DRAINING. */
  @Override
  public void run() {
    try {
      while (!door.stopped()) {
        if (!safeTurn()) {
          await();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      door.stop();
      shutDown();
    }
  }

  /**
   * A turn that fails where no single generation is to blame ends them all, and the loop goes on.
   */
  boolean safeTurn() {
    try {
      return turn();
    } catch (RuntimeException | Error e) {
      log.error("the scheduler failed; all generations end", e);
      failAll(new ServingException(Reason.INTERNAL, "the decoder failed", e));
      return false;
    }
  }

  /** One turn of the loop. Returns whether the model had anything to do. */
  boolean turn() {
    if (owner == null) {
      owner = Thread.currentThread();
    }
    assertOwner();
    takeCommands();
    expire();
    admit();
    List<Stepper.Planned> plan = plan();
    if (!plan.isEmpty()) {
      stepper.step(plan);
      deliver();
    }
    generations.removeIf(generation -> generation.phase == Phase.GONE);
    observer.load(load());
    return !plan.isEmpty();
  }

  private void assertOwner() {
    if (Thread.currentThread() != owner) {
      throw new IllegalStateException("the scheduler belongs to " + owner);
    }
  }

  private void await() throws InterruptedException {
    long now = nanoTime.getAsLong();
    long wait = IDLE_NANOS;
    for (Generation generation : generations) {
      wait = Math.min(wait, Timers.remaining(generation, limits, now));
    }
    Command first = commands.poll(Math.max(0, wait), TimeUnit.NANOSECONDS);
    if (first != null) {
      handle(first);
    }
  }

  // admit

  private void takeCommands() {
    for (Command command = commands.poll(); command != null; command = commands.poll()) {
      handle(command);
    }
  }

  private void handle(Command command) {
    switch (command) {
      case Command.Stop stop -> {} // the loop looks by itself
      case Command.OfGeneration about -> {
        try {
          handle(about);
        } catch (RuntimeException | Error e) {
          log.error("a command failed; its generation ends", e);
          fail(about.generation(), new ServingException(Reason.INTERNAL, "the decoder failed", e));
        }
      }
    }
  }

  private void handle(Command.OfGeneration command) {
    Generation generation = command.generation();
    if (generation.phase == Phase.DELIVERING || generation.phase == Phase.GONE) {
      if (command instanceof Command.Cancel) {
        leave(generation);
      }
      settle(generation);
      return;
    }
    switch (command) {
      case Command.Begin begin -> generations.add(generation);
      case Command.Soft soft -> {
        generation.reader.soft(soft.index(), soft.softPrompt());
        heard(generation);
      }
      case Command.Reset reset -> {
        if (generation.reader.reset()) {
          restart(generation);
        }
        heard(generation);
      }
      case Command.Close close -> close(generation, close);
      case Command.Cancel cancel -> leave(generation);
      case Command.Delivered delivered -> settle(generation);
    }
  }

  private void heard(Generation generation) {
    generation.heardNanos = nanoTime.getAsLong();
    try {
      checkFits(generation);
    } catch (ServingException e) {
      fail(generation, e);
    }
  }

  private void checkFits(Generation generation) {
    int claim = generation.claim(window).tokens();
    if (claim > limits.kvTokens()) {
      throw new ServingException(
          Reason.KV_FULL,
          "the generation may need "
              + claim
              + " tokens of KV cache, and there are "
              + limits.kvTokens());
    }
  }

  /** The prompt is whole: tokens of an earlier attempt are read with it and accepted as if new. */
  private void close(Generation generation, Command.Close close) {
    int[] earlier = generation.request.generated();
    int[] rest = Arrays.copyOf(close.tail(), close.tail().length + earlier.length);
    System.arraycopy(earlier, 0, rest, close.tail().length, earlier.length);
    generation.output.promptClosed(
        close.tail(), window - generation.reader.received() - close.tail().length);
    generation.reader.close(rest);
    for (int i = 0; i < earlier.length; i++) {
      if (generation.output.finished() != null) {
        String message = "generated_ids go on after id " + (i - 1) + ", which ended the output";
        fail(generation, new ServingException(Reason.INVALID_REQUEST, message));
        return;
      }
      String unused = generation.output.accept(earlier[i]);
    }
    if (generation.output.finished() != null) {
      end(generation);
    } else {
      heard(generation);
    }
  }

  private void expire() {
    long now = nanoTime.getAsLong();
    for (Generation generation : generations) {
      ServingException expired = Timers.expired(generation, limits, now);
      if (expired != null) {
        fail(generation, expired);
      }
    }
  }

  private void admit() {
    List<Generation> wanting = new ArrayList<>();
    for (Generation generation : generations) {
      if (inside(generation)) {
        wanting.add(generation);
      }
    }
    List<Integer> grants =
        admission.grant(wanting.stream().map(generation -> generation.claim(window)).toList());
    for (int i = 0; i < wanting.size(); i++) {
      Generation generation = wanting.get(i);
      if (generation.granted > 0 && grants.get(i) == 0) {
        evict(generation);
      }
    }
    for (int i = 0; i < wanting.size(); i++) {
      Generation generation = wanting.get(i);
      generation.granted = grants.get(i);
      if (generation.granted > 0 && generation.phase == Phase.WAITING) {
        generation.phase = generation.phase.to(Phase.READING);
        generation.sequence = model.open();
        generation.heardNanos = nanoTime.getAsLong();
        generation.events.admitted(true);
      }
    }
  }

  private void evict(Generation generation) {
    release(generation);
    generation.reader.rewind();
    generation.phase = generation.phase.to(Phase.WAITING);
    generation.events.admitted(false);
  }

  private void restart(Generation generation) {
    generation.reader.rewind();
    if (generation.sequence != Generation.NO_SEQUENCE) {
      int granted = generation.granted;
      release(generation);
      generation.sequence = model.open();
      generation.granted = granted;
    }
  }

  // plan

  private List<Stepper.Planned> plan() {
    List<StepPlanner.Candidate> candidates = new ArrayList<>();
    boolean othersWait = false;
    for (int i = 0; i < generations.size(); i++) {
      Generation generation = generations.get(i);
      if (!inside(generation) || generation.paused()) {
        continue;
      }
      int tokens = generation.reader.available();
      boolean decodes = generation.phase == Phase.WRITING;
      boolean reads =
          generation.phase == Phase.READING
              && tokens > 0
              && generation.granted >= generation.claim(window).tokens();
      if (decodes || reads) {
        candidates.add(new StepPlanner.Candidate(i, decodes ? 0 : tokens, generation.lastServed));
      } else {
        othersWait = true;
      }
    }
    List<Stepper.Planned> plan = new ArrayList<>();
    for (StepPlanner.Slot slot : planner.plan(candidates, othersWait)) {
      Generation generation = generations.get(slot.index());
      if (generation.phase == Phase.READING) {
        generation.lastServed = steps;
      }
      plan.add(new Stepper.Planned(generation, slot.tokens()));
    }
    steps++;
    return plan;
  }

  // step and deliver

  private SoftPrompt adapt(SoftPrompt softPrompt) {
    assertOwner();
    return model.adapt(softPrompt);
  }

  private void deliver() {
    long now = nanoTime.getAsLong();
    for (Generation generation : generations) {
      if (inside(generation)
          && !generation.paused()
          && generation.events.undelivered() > limits.undelivered()) {
        generation.pause(now);
        settle(generation); // the events may have left in between
      }
    }
  }

  /** Events were delivered: puts a paused generation back, lets a finished one go. */
  private void settle(Generation generation) {
    int undelivered = generation.events.undelivered();
    if (generation.phase == Phase.DELIVERING && undelivered == 0) {
      leave(generation);
    } else if (inside(generation)
        && generation.paused()
        && undelivered <= limits.undelivered() / 2) {
      generation.resume();
    }
  }

  private void end(Generation generation) {
    release(generation);
    generation.reader.forget();
    generation.pause(nanoTime.getAsLong());
    generation.phase = generation.phase.to(Phase.DELIVERING);
    generation.events.end(generation.end(nanoTime.getAsLong()));
    settle(generation);
  }

  private void fail(Generation generation, ServingException failure) {
    observer.failed(failure.reason());
    try {
      leave(generation);
    } finally {
      generation.events.fail(failure);
    }
  }

  private void leave(Generation generation) {
    if (generation.phase != Phase.GONE) {
      generation.phase = generation.phase.to(Phase.GONE);
      generation.reader.forget();
      try {
        release(generation);
      } finally {
        door.leave();
      }
    }
  }

  private void release(Generation generation) {
    if (generation.sequence != Generation.NO_SEQUENCE) {
      int sequence = generation.sequence;
      generation.sequence = Generation.NO_SEQUENCE;
      model.release(sequence);
    }
    generation.sequenceTokens = 0;
    generation.granted = 0;
  }

  private static boolean inside(Generation generation) {
    return switch (generation.phase) {
      case WAITING, READING, WRITING -> true;
      case DELIVERING, GONE -> false;
    };
  }

  private SchedulerObserver.Load load() {
    long now = nanoTime.getAsLong();
    int waiting = 0;
    int running = 0;
    int paused = 0;
    long oldest = 0;
    long reserved = 0;
    for (Generation generation : generations) {
      if (generation.phase == Phase.WAITING) {
        waiting++;
        oldest = Math.max(oldest, now - generation.arrivedNanos);
      } else if (inside(generation)) {
        running++;
        paused += generation.paused() ? 1 : 0;
        reserved += generation.granted;
      }
    }
    return new SchedulerObserver.Load(waiting, oldest, running, paused, reserved, model.kvBytes());
  }

  private void shutDown() {
    takeCommands();
    ServingException draining =
        new ServingException(Reason.DRAINING, "the decoder is shutting down");
    failAll(draining);
    observer.load(load());
    model.close();
  }

  private void failAll(ServingException failure) {
    for (Generation generation : generations) {
      try {
        if (inside(generation)) {
          fail(generation, failure);
        } else {
          leave(generation);
        }
      } catch (RuntimeException | Error e) {
        log.error("a generation does not end cleanly", e);
      }
    }
    generations.clear();
  }
}
