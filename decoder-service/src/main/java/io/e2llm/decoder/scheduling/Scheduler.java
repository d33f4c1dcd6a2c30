package io.e2llm.decoder.scheduling;

import io.e2llm.common.error.Reason;
import io.e2llm.common.error.ServingException;
import io.e2llm.decoder.prefix.PrefixCache;
import io.e2llm.decoder.prefix.PrefixRoot;
import io.e2llm.decoder.prefix.SoftKeys;
import io.e2llm.decoder.soft.SoftPromptBytes;
import io.e2llm.engine.decoder.DecoderDescription;
import io.e2llm.engine.decoder.DecoderModel;
import io.e2llm.engine.encoder.SoftPrompt;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
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
 *   <li><b>admit</b>: take the commands that others left ({@link Intake}); drop what was cancelled
 *       or has expired ({@link Roster}); let in who fits ({@link KvRoom});
 *   <li><b>plan</b>: who need not read what others have read or are reading ({@link Sharing}), who
 *       reads how much ({@link StepPlanner}), and room for it, at the cost of the youngest if need
 *       be. Out of the plan are generations that wait for their next soft prompt, for one that
 *       reads what they want, or for a slow reader;
 *   <li><b>step</b>: one forward pass over those that decode; their tokens are sampled, detokenized
 *       and handed out; then some layers for those that read, all of them where nobody decodes
 *       ({@link Stepper}). A pass that fails is repeated for each generation alone, and only those
 *       that fail again are ended. What has ended is freed.
 * </ol>
 *
 * <p>Only the thread in {@link #run} touches generations and model; everyone else calls the methods
 * that leave a command, from any thread. Whatever is cancelled or expires is freed before the next
 * step.
 */
public final class Scheduler implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(Scheduler.class);
  private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final int SOFT_PROMPTS_REMEMBERED = 1 << 17;

  private final DecoderModel model;
  private final DecoderDescription decoder;
  private final SchedulerLimits limits;
  private final LongSupplier nanoTime;
  private final SchedulerObserver observer;
  private final SoftKeys softKeys = new SoftKeys(SOFT_PROMPTS_REMEMBERED);
  private final LinkedBlockingQueue<Command> commands = new LinkedBlockingQueue<>();
  private final Door door;
  private final PrefixCache cache;
  private final Roster roster;
  private final Intake intake;
  private final KvRoom room;
  private final Sharing sharing;
  private final StepPlanner planner;
  private final StepPace pace;
  private final Stepper stepper;

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
    decoder = model.description();
    door = new Door(limits.sequences() + limits.queue());
    cache = new PrefixCache(model, limits.kvTokens(), limits.reusePrefixes());
    roster = new Roster(cache, limits, door, nanoTime, observer);
    intake = new Intake(roster, limits.kvTokens(), decoder.window(), nanoTime);
    sharing = new Sharing(cache);
    room = new KvRoom(cache, roster, sharing, limits.sequences(), decoder.window());
    planner = new StepPlanner(limits.prefillTokens(), limits.sharedPrefillTokens());
    pace = new StepPace(limits.sharedPrefillTokens());
    stepper = new Stepper(model, cache, roster, pace, nanoTime, observer);
  }

  /**
   * A new generation, admitted in order of arrival.
   *
   * @throws ServingException DRAINING, QUEUE_FULL, or KV_FULL when it can never fit
   */
  public Generation begin(GenerationRequest request, GenerationEvents events) {
    PrefixRoot root = new PrefixRoot(request.tenant(), decoder.identity(), decoder.bundleDigest());
    PromptReader reader = new PromptReader(request.head(), this::adapt, softKeys);
    Output output = new Output(request, decoder.endTokens(), model.tokenizer());
    Generation generation =
        new Generation(request, root, events, reader, output, nanoTime.getAsLong());
    intake.checkFits(generation);
    door.enter(() -> commands.add(new Command.Begin(generation)));
    return generation;
  }

  /** One more soft prompt, of the pooled width, whose index is not here yet. */
  public void soft(Generation generation, int index, SoftPromptBytes softPrompt) {
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
   * A turn that fails where no single generation is to blame ends them all, forgets what is known,
   * and the loop goes on.
   */
  boolean safeTurn() {
    try {
      return turn();
    } catch (RuntimeException | Error e) {
      log.error("the scheduler failed; all generations end", e);
      roster.failAll(new ServingException(Reason.INTERNAL, "the decoder failed", e));
      cache.clear();
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
    roster.expire();
    room.admit(nanoTime.getAsLong());
    List<Stepper.Planned> plan = plan();
    boolean works = !plan.isEmpty() || stepper.reading();
    if (works) {
      stepper.step(plan);
      roster.pauseSlowReaders();
    }
    roster.sweep();
    observer.load(roster.load(room.preemptions()));
    return works;
  }

  /** Forgets what no running generation uses. */
  void forgetUnused() {
    assertOwner();
    cache.clear();
  }

  private void assertOwner() {
    if (Thread.currentThread() != owner) {
      throw new IllegalStateException("the scheduler belongs to " + owner);
    }
  }

  private void await() throws InterruptedException {
    long now = nanoTime.getAsLong();
    long wait = IDLE_NANOS;
    for (Generation generation : roster.all()) {
      wait = Math.min(wait, Timers.remaining(generation, limits, now));
    }
    Command first = commands.poll(Math.max(0, wait), TimeUnit.NANOSECONDS);
    if (first != null) {
      intake.handle(first);
    }
  }

  private void takeCommands() {
    for (Command command = commands.poll(); command != null; command = commands.poll()) {
      intake.handle(command);
    }
  }

  /** Plans anew where all that was planned was for generations that had to make room. */
  private List<Stepper.Planned> plan() {
    List<Stepper.Planned> plan;
    List<StepPlanner.Slot> slots;
    do {
      sharing.bind(roster.all());
      slots = slots(roster.all());
      plan = planned(slots);
    } while (plan.isEmpty() && !slots.isEmpty());
    steps++;
    return plan;
  }

  private List<StepPlanner.Slot> slots(List<Generation> generations) {
    List<StepPlanner.Candidate> candidates = new ArrayList<>();
    boolean othersWait = false;
    for (int i = 0; i < generations.size(); i++) {
      Generation generation = generations.get(i);
      if (!generation.inside() || generation.paused()) {
        continue;
      }
      int tokens = generation.reader.available();
      boolean decodes = generation.decodes();
      boolean may = decodes || !stepper.reading();
      if (generation.running() && !generation.follows && tokens > 0 && may) {
        candidates.add(new StepPlanner.Candidate(i, decodes ? 0 : tokens, generation.lastServed));
      } else {
        othersWait = true;
      }
    }
    return planner.plan(candidates, othersWait, pace::piece);
  }

  private List<Stepper.Planned> planned(List<StepPlanner.Slot> slots) {
    List<StepPlanner.Slot> oldestFirst = new ArrayList<>(slots);
    oldestFirst.sort(Comparator.comparingInt(StepPlanner.Slot::index));
    List<Stepper.Planned> plan = new ArrayList<>();
    for (StepPlanner.Slot slot : oldestFirst) {
      Generation generation = roster.all().get(slot.index());
      if (generation.lease != null && room.make(generation, slot.tokens())) {
        if (generation.phase == Phase.READING) {
          generation.lastServed = steps;
        }
        plan.add(new Stepper.Planned(generation, slot.tokens()));
      }
    }
    return plan;
  }

  private SoftPrompt adapt(SoftPromptBytes softPrompt) {
    assertOwner();
    return model.adapt(softPrompt.values());
  }

  private void shutDown() {
    takeCommands();
    roster.failAll(new ServingException(Reason.DRAINING, "the decoder is shutting down"));
    cache.clear();
    observer.load(roster.load(room.preemptions()));
    model.close();
  }
}
