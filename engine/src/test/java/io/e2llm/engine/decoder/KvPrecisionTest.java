package io.e2llm.engine.decoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.e2llm.engine.TinyModels;
import io.e2llm.engine.files.ModelFiles;
import io.e2llm.engine.torch.CoreBudget;
import io.e2llm.engine.torch.KvPrecision;
import io.e2llm.engine.torch.NativeObjects;
import io.e2llm.engine.torch.Operators;
import io.e2llm.engine.torch.Precision;
import io.e2llm.engine.torch.PrecisionChoice;
import io.e2llm.engine.torch.TorchOptions;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KvPrecisionTest {
  private static final TorchOptions FP32 = TorchOptions.cpu(CoreBudget.ofMachine());

  private final long nativeObjectsBefore = NativeObjects.live();

  @SuppressWarnings("NullAway.Init") // the extension sets it
  @TempDir
  private Path folder;

  @SuppressWarnings("NullAway.Init") // the field
  KvPrecisionTest() {}

  @BeforeEach
  void write() {
    TinyModels.writeDecoder(folder);
  }

  @AfterEach
  void nothingNativeIsLeft() {
    assertEquals(nativeObjectsBefore, NativeObjects.live());
  }

  @ParameterizedTest
  @EnumSource(KvPrecision.class)
  void step_keptSo_givesAlmostTheLogitsOfFp32(KvPrecision kv) {
    int[] ids = text(70);
    float[] wanted;
    try (TorchDecoder exact = load(KvPrecision.FP32, false)) {
      wanted = Reading.logits(exact, Reading.ids(exact.open(), ids));
    }
    for (boolean portable : new boolean[] {false, true}) {
      try (TorchDecoder model = load(kv, portable)) {
        float[] whole = Reading.logits(model, Reading.ids(model.open(), ids));
        assertArrayEquals(wanted, whole, kv == KvPrecision.FP32 ? 1e-4f : 0.1f);
        assertEquals(kv != KvPrecision.FP32, differ(wanted, whole), "what is kept is rounded");
        int sequence = model.open();
        Reading.logits(model, Reading.ids(sequence, Arrays.copyOf(ids, 33)));
        Reading.logits(model, Reading.ids(sequence, Arrays.copyOfRange(ids, 33, 69)));
        // Rounded once and read so by all: how a prompt is cut changes nothing.
        assertArrayEquals(whole, Reading.logits(model, Reading.ids(sequence, ids[69])), 1e-3f);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(KvPrecision.class)
  void step_sequencesThatBeginAlike_giveWhatEachGivesAlone(KvPrecision kv) {
    try (TorchDecoder model = load(kv, false)) {
      TinyDecoderTest.assertSharingChangesNothing(model);
    }
  }

  @ParameterizedTest
  @EnumSource(KvPrecision.class)
  void copy_keptSo_isCountedAndReadsTheSame(KvPrecision kv) {
    int[] ids = text(60);
    try (TorchDecoder model = load(kv, false)) {
      int whole = model.open();
      float[] wanted = Reading.logits(model, Reading.ids(whole, ids));
      int copied = model.open();
      model.copy(new KvSpan(whole, 0, 59), copied);
      model.trim(copied);
      assertEquals(model.kvBytes(), model.kvBytesHeld());
      assertArrayEquals(wanted, Reading.logits(model, Reading.ids(copied, ids[59])), 1e-3f);
      List.of(whole, copied).forEach(model::release);
      assertEquals(0, model.kvBytesHeld());
    }
  }

  @Test
  void bytes_ofAVector_countTheScale() {
    assertEquals(256, KvPrecision.FP32.bytes(64));
    assertEquals(128, KvPrecision.FP16.bytes(64));
    assertEquals(128, KvPrecision.BF16.bytes(64));
    assertEquals(65, KvPrecision.INT8.bytes(64));
  }

  @Test
  void keptBy_auto_isHalfOnlyBesideAnInt8Model() {
    assertEquals(KvPrecision.FP32, PrecisionChoice.AUTO.keptBy(Precision.FP32));
    assertEquals(KvPrecision.FP16, PrecisionChoice.AUTO.keptBy(Precision.INT8));
    assertEquals(KvPrecision.BF16, PrecisionChoice.AUTO.keptBy(Precision.BF16));
    assertEquals(KvPrecision.INT8, PrecisionChoice.INT8.keptBy(Precision.FP32));
  }

  @Test
  void identity_otherCache_isAnother() {
    try (TorchDecoder one = load(KvPrecision.FP32, false);
        TorchDecoder other = load(KvPrecision.INT8, false)) {
      assertFalse(one.description().identity().equals(other.description().identity()));
    }
  }

  private TorchDecoder load(KvPrecision kv, boolean portable) {
    TorchOptions options = FP32.with(kv);
    return Decoders.load(
        ModelFiles.open(folder),
        Optional.empty(),
        options,
        portable ? Operators.portable(options) : Operators.of(options));
  }

  private static boolean differ(float[] a, float[] b) {
    return IntStream.range(0, a.length).anyMatch(i -> Math.abs(a[i] - b[i]) > 1e-5f);
  }

  private static int[] text(int tokens) {
    return IntStream.range(0, tokens).map(i -> (i * i + 5 * i + 3) % 90).toArray();
  }
}
