package io.e2llm.engine.decoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.e2llm.engine.ModelException;
import io.e2llm.engine.TinyModels;
import io.e2llm.engine.encoder.SoftPrompt;
import io.e2llm.engine.files.ModelFiles;
import io.e2llm.engine.torch.CoreBudget;
import io.e2llm.engine.torch.NativeObjects;
import io.e2llm.engine.torch.Operators;
import io.e2llm.engine.torch.Precision;
import io.e2llm.engine.torch.TorchDevice;
import io.e2llm.engine.torch.TorchOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Sequences, batches and memory, on a tiny seeded model. */
class TinyDecoderTest extends TinyDecoderFixture {
  private static final int STEPS = 500;

  @Test
  void step_besideSevenOthers_givesTheSameTokensAndLogits() {
    int[] prompt = text(1, 20);
    List<float[]> alone = new ArrayList<>();
    int sequence = model.open();
    float[] logits = Reading.logits(model, Reading.ids(sequence, prompt));
    for (int i = 0; i < STEPS; i++) {
      alone.add(logits);
      logits = Reading.logits(model, Reading.ids(sequence, Reading.best(logits)));
    }
    model.release(sequence);

    sequence = model.open();
    List<Integer> others = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      others.add(model.open());
    }
    int[] input = prompt;
    for (int i = 0; i < STEPS; i++) {
      List<StepInput> inputs = new ArrayList<>();
      for (int other : others) {
        int tokens = i % 97 == other ? 128 : 1; // now and then one reads a block of its prompt
        inputs.add(
            new StepInput(
                other, List.of(new StepInput.Ids(text(other + i, tokens))), other % 2 == 0));
      }
      int place = i % 8;
      inputs.add(place, Reading.ids(sequence, input));
      float[] row = row(model.step(inputs), inputs, sequence);
      assertArrayEquals(alone.get(i), row, 1e-3f, "step " + i);
      assertEquals(Reading.best(alone.get(i)), Reading.best(row), "step " + i);
      input = new int[] {Reading.best(row)};
    }
  }

  @Test
  void step_softTokensThatAreEmbeddings_readsAsTheirIds() {
    int[] ids = text(3, 9);
    float[] wanted = Reading.logits(model, Reading.ids(model.open(), ids));
    float[] rows = new float[ids.length * TinyModels.HIDDEN];
    try (ModelFiles files = ModelFiles.open(folder)) {
      for (int i = 0; i < ids.length; i++) {
        files
            .weights()
            .readFp32Rows("model.embed_tokens.weight", ids[i], 1)
            .asFloatBuffer()
            .get(rows, i * TinyModels.HIDDEN, TinyModels.HIDDEN);
      }
    }
    SoftPrompt soft = new SoftPrompt(ids.length, TinyModels.HIDDEN, rows);
    assertArrayEquals(wanted, Reading.logits(model, Reading.soft(model.open(), soft)), 1e-4f);
  }

  @Test
  void release_afterManyGenerations_leavesNothing() {
    long before = NativeObjects.live();
    Random random = new Random(5);
    for (int i = 0; i < STEPS; i++) {
      int sequence = model.open();
      Reading.logits(model, Reading.ids(sequence, text(i, 1 + random.nextInt(100))));
      Reading.logits(model, Reading.ids(sequence, 7));
      assertTrue(model.kvBytes() > 0);
      assertEquals(model.kvBytes(), model.kvBytesHeld());
      model.release(sequence);
      assertEquals(0, model.kvBytes());
    }
    assertEquals(0, model.kvBytesHeld());
    assertEquals(before, NativeObjects.live());
  }

  @Test
  void open_behindSpansOfOthers_readsAsIfItHadReadThemItself() {
    int[] ids = text(9, 60);
    int whole = model.open();
    float[] wanted = Reading.logits(model, Reading.ids(whole, ids));

    int first = model.open();
    Reading.logits(model, Reading.ids(first, Arrays.copyOfRange(ids, 0, 30)));
    int second = model.open(List.of(new KvSpan(first, 0, 20)));
    Reading.logits(model, Reading.ids(second, Arrays.copyOfRange(ids, 20, 50)));
    model.release(first);
    int third = model.open(List.of(new KvSpan(first, 0, 20), new KvSpan(second, 0, 25)));
    model.release(second);
    float[] row = Reading.logits(model, Reading.ids(third, Arrays.copyOfRange(ids, 45, 60)));
    assertArrayEquals(wanted, row, 1e-4f);

    int copied = model.open();
    model.copy(new KvSpan(whole, 0, 59), copied);
    model.trim(copied);
    assertEquals(59 * model.description().kvBytesPerToken(), model.kvBytes(copied));
    assertArrayEquals(wanted, Reading.logits(model, Reading.ids(copied, ids[59])), 1e-4f);

    List.of(whole, third, copied).forEach(model::release);
    assertEquals(0, model.kvBytesHeld());
  }

  @Test
  void step_sequencesThatBeginAlike_giveWhatEachGivesAlone() {
    assertSharingChangesNothing(model);
  }

  @Test
  void step_sequencesThatBeginAlikeWithPortableOperators_giveWhatEachGivesAlone() {
    TorchOptions options = TorchOptions.cpu(CoreBudget.ofMachine());
    try (DecoderModel portable =
        Decoders.load(
            ModelFiles.open(folder), Optional.empty(), options, Operators.portable(options))) {
      assertSharingChangesNothing(portable);
    }
  }

  static void assertSharingChangesNothing(DecoderModel model) {
    int[] document = text(4, 150);
    int reader = model.open();
    Reading.logits(model, Reading.ids(reader, document));
    List<Integer> askers = new ArrayList<>(List.of(reader));
    for (int i = 0; i < 3; i++) {
      askers.add(model.open(List.of(new KvSpan(reader, 0, document.length))));
    }
    int[][] questions = {text(20, 5), text(30, 1), text(40, 9), text(50, 70)};
    List<float[]> alone = new ArrayList<>();
    for (int[] question : questions) {
      int sequence = model.open();
      Reading.logits(model, Reading.ids(sequence, document));
      alone.add(Reading.logits(model, Reading.ids(sequence, question)));
      alone.add(Reading.logits(model, Reading.ids(sequence, 3)));
      model.release(sequence);
    }
    int other = model.open();
    for (int round = 0; round < 2; round++) {
      List<StepInput> inputs = new ArrayList<>();
      for (int i = 0; i < askers.size(); i++) {
        inputs.add(Reading.ids(askers.get(i), round == 0 ? questions[i] : new int[] {3}));
      }
      inputs.add(2, Reading.ids(other, 8, 9)); // one that shares nothing, among them
      Logits logits = model.step(inputs);
      for (int i = 0; i < askers.size(); i++) {
        float[] row = row(logits, inputs, askers.get(i));
        assertArrayEquals(alone.get(2 * i + round), row, 1e-4f, "asker " + i + ", " + round);
      }
    }
  }

  @Test
  void step_noLogitsWanted_returnsNoRows() {
    int sequence = model.open();
    StepInput input = new StepInput(sequence, List.of(new StepInput.Ids(text(1, 5))), false);
    assertEquals(0, model.step(List.of(input)).rows());
    assertEquals(5, model.length(sequence));
  }

  @Test
  void step_badInput_isRefusedAndChangesNothing() {
    int sequence = model.open();
    int window = model.description().window();
    SoftPrompt narrow = new SoftPrompt(1, 3, new float[3]);
    assertRefused(Reading.ids(sequence, -1));
    assertRefused(Reading.ids(sequence, model.description().vocabulary()));
    assertRefused(Reading.ids(sequence));
    assertRefused(Reading.ids(sequence + 1, 1));
    assertRefused(Reading.soft(sequence, narrow));
    assertRefused(Reading.ids(sequence, text(1, window + 1)));
    assertRefused(Reading.ids(sequence, 1), Reading.ids(sequence, 1));
    assertRefused();
    assertEquals(0, model.length(sequence));
    assertEquals(0, model.kvBytes());
  }

  @Test
  void step_upToTheWindow_isAnswered() {
    int sequence = model.open();
    int window = model.description().window();
    Reading.logits(model, Reading.ids(sequence, text(1, window)));
    assertEquals(window, model.length(sequence));
    assertEquals(window * model.description().kvBytesPerToken(), model.kvBytes());
    assertRefused(Reading.ids(sequence, 1));
  }

  @Test
  void adapt_withoutABundle_isRefused() {
    SoftPrompt soft = new SoftPrompt(1, 1, new float[1]);
    assertThrows(IllegalStateException.class, () -> model.adapt(soft));
  }

  @Test
  void load_deviceThatIsNotThere_isRefusedInOneLine() {
    TorchOptions cuda = new TorchOptions(TorchDevice.CUDA, Precision.BF16, CoreBudget.ofMachine());
    try (ModelFiles files = ModelFiles.open(folder)) {
      ModelException refusal =
          assertThrows(ModelException.class, () -> Decoders.load(files, Optional.empty(), cuda));
      assertEquals("device cuda: this libtorch has no CUDA device", refusal.getMessage());
    }
  }

  private void assertRefused(StepInput... inputs) {
    assertThrows(IllegalArgumentException.class, () -> model.step(List.of(inputs)));
  }

  /** The row of the sequence among those that want logits. */
  private static float[] row(Logits logits, List<StepInput> inputs, int sequence) {
    float[] row = new float[logits.vocabulary()];
    List<Integer> wanting =
        inputs.stream().filter(StepInput::wantLogits).map(StepInput::sequence).toList();
    logits.copyRow(wanting.indexOf(sequence), row);
    return row;
  }

  private static int[] text(int seed, int tokens) {
    return new Random(seed).ints(tokens, 0, 256).toArray();
  }
}
