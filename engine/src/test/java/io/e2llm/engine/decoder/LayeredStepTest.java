package io.e2llm.engine.decoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.e2llm.engine.TinyModels;
import io.e2llm.engine.encoder.SoftPrompt;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Steps that are made a few layers at a time, on a tiny seeded model. */
class LayeredStepTest extends TinyDecoderFixture {
  private final int[] prompt = new Random(4).ints(100, 0, 250).toArray();

  @Test
  void othersInBetween_readsAsInOneGo() {
    int whole = model.open();
    float[] first = Reading.logits(model, Reading.ids(whole, prompt));
    float[] second = Reading.logits(model, Reading.ids(whole, 5));

    int sequence = model.open();
    int other = model.open();
    float[] row = new float[first.length];
    try (LayeredStep step = model.begin(List.of(Reading.ids(sequence, prompt)))) {
      while (step.layersLeft() > 0) {
        Reading.logits(model, Reading.ids(other, prompt));
        assertEquals(0, model.length(sequence));
        step.run(1);
      }
      step.finish().copyRow(0, row);
    }
    assertArrayEquals(first, row);
    assertEquals(prompt.length, model.length(sequence));
    assertArrayEquals(second, Reading.logits(model, Reading.ids(sequence, 5)));
  }

  @Test
  void batchBehindASharedPast_whoseSegmentGrowsMeanwhile_readsAsInOneGo() {
    int past = model.open();
    Reading.logits(model, Reading.ids(past, prompt));
    float[] values = new float[4 * TinyModels.HIDDEN];
    for (int i = 0; i < values.length; i++) {
      values[i] = (i % 7 - 3) / 10f;
    }
    SoftPrompt soft = new SoftPrompt(4, TinyModels.HIDDEN, values);
    float[][] wanted = new float[2][model.description().vocabulary()];
    Logits whole = model.step(batch(past, soft));
    whole.copyRow(0, wanted[0]);
    whole.copyRow(1, wanted[1]);

    float[][] rows = new float[2][model.description().vocabulary()];
    try (LayeredStep step = model.begin(batch(past, soft))) {
      for (int tokens = 500; step.layersLeft() > 0; tokens += 100) {
        model.reserve(past, tokens);
        step.run(1);
      }
      Logits logits = step.finish();
      assertEquals(2, logits.rows());
      logits.copyRow(0, rows[0]);
      logits.copyRow(1, rows[1]);
    }
    assertArrayEquals(wanted, rows);
  }

  /** Two that begin alike, and one in between whose logits nobody wants. */
  private List<StepInput> batch(int past, SoftPrompt soft) {
    List<KvSpan> beginning = List.of(new KvSpan(past, 0, 80));
    return List.of(
        Reading.ids(model.open(beginning), 7, 8, 9),
        new StepInput(model.open(), List.of(new StepInput.Ids(prompt)), false),
        Reading.soft(model.open(beginning), soft));
  }

  @Test
  void dropped_isAsIfNeverBegun() {
    int whole = model.open();
    float[] wanted = Reading.logits(model, Reading.ids(whole, prompt));

    int sequence = model.open();
    LayeredStep step = model.begin(List.of(Reading.ids(sequence, 1, 2, 3)));
    step.run(1);
    step.close();
    step.close();
    assertThrows(IllegalStateException.class, () -> step.run(1));
    assertArrayEquals(wanted, Reading.logits(model, Reading.ids(sequence, prompt)));
  }

  @Test
  void whileItGoesOn_itsSequencesAreLeftAlone() {
    int sequence = model.open();
    Reading.logits(model, Reading.ids(sequence, 1));
    List<StepInput> inputs = List.of(Reading.ids(sequence, 1, 2, 3));
    try (LayeredStep step = model.begin(inputs)) {
      assertThrows(IllegalStateException.class, () -> model.step(inputs));
      assertThrows(IllegalStateException.class, () -> model.begin(inputs));
      assertThrows(IllegalStateException.class, () -> model.reserve(sequence, 500));
      assertThrows(IllegalStateException.class, () -> model.trim(sequence));
      assertThrows(IllegalStateException.class, () -> model.release(sequence));
      assertThrows(IllegalStateException.class, step::finish);
      assertThrows(IllegalArgumentException.class, () -> step.run(step.layersLeft() + 1));
      assertThrows(IllegalArgumentException.class, () -> step.run(0));
      model.retain(sequence);
      model.release(sequence);
      step.run(step.layersLeft());
      assertEquals(1, step.finish().rows());
    }
    assertTrue(model.kvBytes(sequence) > 0);
    model.release(sequence);
    assertEquals(0, model.kvBytes());
  }

  @Test
  void closeOfTheModel_dropsIt() {
    LayeredStep step = model.begin(List.of(Reading.ids(model.open(), prompt)));
    assertTrue(step.layersLeft() > 0); // close() counts what is left
  }
}
