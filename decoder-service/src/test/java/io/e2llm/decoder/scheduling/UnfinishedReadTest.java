package io.e2llm.decoder.scheduling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.e2llm.common.error.Reason;
import io.e2llm.decoder.fake.ByteTokenizer;
import io.e2llm.decoder.fake.FakeModel;
import io.e2llm.engine.decoder.StepInput;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What befalls a piece of a prompt that is read a few layers at a time beside a stream. */
class UnfinishedReadTest extends SchedulerFixture {
  private static final String TAIL = "tail of the prompt ".repeat(4);

  private final Recorder stream = new Recorder();
  private final Generation streaming = scheduler.begin(request("stream", 60), stream);

  /** A step takes 1,000; a layer 400, so that a turn has time for few of them. */
  @BeforeEach
  void beginAStream() {
    beginAStream(streaming);
  }

  private void beginAStream(Generation generation) {
    model.beforeStep = inputs -> now += 1_000;
    model.beforeLayers = (inputs, layers) -> now += 400L * layers;
    scheduler.close(generation, new int[] {1});
    scheduler.turn();
    scheduler.turn();
  }

  private Generation beginAReader(Recorder reader) {
    Generation generation = scheduler.begin(request("reader", 5), reader);
    scheduler.soft(generation, 0, soft(70, 3));
    scheduler.close(generation, ByteTokenizer.ids(TAIL));
    scheduler.turn();
    assertTrue(model.goesOn());
    return generation;
  }

  private List<Integer> alone() {
    Recorder alone = new Recorder();
    Generation generation = scheduler.begin(request("reader", 5), alone);
    scheduler.soft(generation, 0, soft(70, 3));
    scheduler.close(generation, ByteTokenizer.ids(TAIL));
    finish(alone);
    return alone.ids();
  }

  @Test
  void goesOnBesideTheStream_aTokenATurn() {
    Recorder reader = new Recorder();
    beginAReader(reader);
    while (reader.tokens.isEmpty()) {
      int before = stream.tokens.size();
      long from = now;
      scheduler.turn();
      assertEquals(before + 1, stream.tokens.size());
      assertTrue(now - from <= 4_000, () -> (now - from) + " for a turn");
    }
    finish(reader, stream);
    scheduler.forgetUnused();
    assertEquals(alone(), reader.ids());
    assertEquals(60, stream.tokens.size());
    assertNothingIsLeft();
  }

  @Test
  void streamEnds_theRestIsReadAtOnce() {
    Recorder reader = new Recorder();
    beginAReader(reader);
    scheduler.cancel(streaming);
    scheduler.turn();
    assertFalse(model.goesOn());
    assertEquals(32, tokens(model.steps.getLast()));
    finish(reader);
    assertEquals(5, reader.tokens.size());
    assertNothingIsLeft();
  }

  @Test
  void cancelled_isDroppedAndTheStreamGoesOn() {
    Recorder reader = new Recorder();
    Generation generation = beginAReader(reader);
    scheduler.cancel(generation);
    scheduler.turn();
    assertFalse(model.goesOn());
    finish(stream);
    assertTrue(reader.tokens.isEmpty());
    assertNothingIsLeft();
  }

  @Test
  void oneOfTwoIsCancelled_theOtherReadsItsPieceAgain() {
    Recorder gone = new Recorder();
    Recorder stays = new Recorder();
    Generation first = scheduler.begin(request("a", 5), gone);
    scheduler.close(first, ByteTokenizer.ids("?"));
    scheduler.close(scheduler.begin(request("b", 5), stays), ByteTokenizer.ids("?"));
    scheduler.turn();
    assertTrue(model.goesOn());
    assertTrue(first.unfinished != null && first.unfinished.batch().size() == 2);
    scheduler.cancel(first);
    scheduler.turn();
    assertTrue(model.goesOn()); // the other alone
    finish(stays, stream);
    scheduler.forgetUnused();
    assertEquals(run(request("b", 5), "?").ids(), stays.ids());
    assertTrue(gone.tokens.isEmpty());
    assertNothingIsLeft();
  }

  @Test
  void whatItReadsBecomesKnownMeanwhile_itStaysWhereItIs() {
    Recorder before = run(request("stream", 60), 1);
    int[] reply = before.ids().stream().mapToInt(Integer::intValue).toArray();
    model = new FakeModel(4_000);
    scheduler = scheduler(10_000, 8, 4);
    Recorder writer = new Recorder();
    beginAStream(scheduler.begin(request("stream", 60), writer));
    Recorder reader = new Recorder();
    Generation generation = scheduler.begin(request("stream", 5), reader);
    int[] tail = new int[1 + 40];
    tail[0] = 1;
    System.arraycopy(reply, 0, tail, 1, 40); // which the stream is about to write
    scheduler.close(generation, tail);
    int written = writer.tokens.size();
    while (reader.tokens.isEmpty()) {
      scheduler.turn();
    }
    assertTrue(writer.tokens.size() > written + 3); // it took some turns
    assertEquals(before.ids().subList(40, 45), run(request("stream", 5), tail).ids());
    finish(reader, writer);
    assertEquals(before.ids().subList(40, 45), reader.ids());
    assertEquals(before.ids(), writer.ids());
    assertNothingIsLeft();
  }

  @Test
  void shutDown_endsIt() {
    Recorder reader = new Recorder();
    beginAReader(reader);
    scheduler.stop();
    scheduler.run();
    assertEquals(Reason.DRAINING, reader.failure().reason());
    assertEquals(0, model.leftOpen);
  }

  @Test
  void reset_readsTheNewPrompt() {
    Recorder reader = new Recorder();
    Generation generation = scheduler.begin(request("reader", 5), reader);
    scheduler.soft(generation, 0, soft(90, 77));
    scheduler.turn();
    assertTrue(model.goesOn());
    scheduler.reset(generation);
    scheduler.soft(generation, 0, soft(70, 3));
    scheduler.close(generation, ByteTokenizer.ids(TAIL));
    finish(reader, stream);
    scheduler.forgetUnused();
    assertEquals(alone(), reader.ids());
  }

  @Test
  void othersWithTheSamePrompt_waitForIt() {
    Recorder reader = new Recorder();
    beginAReader(reader);
    Recorder same = new Recorder();
    beginAReader(same);
    finish(reader, same, stream);
    assertEquals(reader.ids(), same.ids());
    assertTrue(same.end().getCachedSoftTokens() > 60);
  }

  @Test
  void layersFail_theGenerationEndsAlone() {
    Recorder reader = new Recorder();
    model.beforeLayers =
        (inputs, layers) -> {
          throw new IllegalStateException("out of order");
        };
    Generation generation = scheduler.begin(request("reader", 5), reader);
    scheduler.close(generation, ByteTokenizer.ids(TAIL));
    finish(reader, stream);
    assertEquals(Reason.INTERNAL, reader.failure().reason());
    assertFalse(model.goesOn());
    assertEquals(60, stream.tokens.size());
    assertNothingIsLeft();
  }

  @Test
  void layersFailForOne_theOtherIsReadAllTheSame() {
    Recorder bad = new Recorder();
    Recorder good = new Recorder();
    model.beforeLayers = (inputs, layers) -> failForBad(inputs);
    model.beforeStep = this::failForBad;
    Generation first = scheduler.begin(request("a", 5), bad);
    scheduler.close(first, ByteTokenizer.ids("!"));
    scheduler.close(scheduler.begin(request("b", 5), good), ByteTokenizer.ids("?"));
    finish(bad, good, stream);
    assertEquals(Reason.INTERNAL, bad.failure().reason());
    assertNull(good.failure);
    assertEquals(5, good.tokens.size());
    assertNothingIsLeft();
  }

  private void failForBad(List<StepInput> inputs) {
    now += 1_000;
    for (StepInput input : inputs) {
      for (StepInput.Piece piece : input.pieces()) {
        if (piece instanceof StepInput.Ids ids && ids.ids()[0] == 'a') {
          throw new IllegalStateException("out of order");
        }
      }
    }
  }
}
