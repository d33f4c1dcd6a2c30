package io.e2llm.engine.encoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.e2llm.engine.Goldens;
import io.e2llm.engine.bundle.AdapterBundle;
import io.e2llm.engine.encoder.TextEncoder.EncodeInput;
import io.e2llm.engine.files.ModelFiles;
import io.e2llm.engine.torch.CoreBudget;
import io.e2llm.engine.torch.NativeObjects;
import io.e2llm.engine.torch.TorchOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TorchTextEncoderTest {
  private static final TorchOptions CPU = TorchOptions.cpu(CoreBudget.ofMachine());
  private static final List<String> TEXTS =
      List.of("the text", "a", "encoder reads tokens, war; saw it all, read it again.", "warsaw");

  @ParameterizedTest
  @ValueSource(strings = {"window-mean", "window-concat-words", "pma", "pma-window"})
  void results_doNotDependOnBatchMates(String bundle) {
    try (TextEncoder encoder = encoder(bundle)) {
      List<EncodeInput> batch = batch(encoder, 4);
      List<EncodedChunk> together = encoder.encode(batch);
      for (int i = 0; i < batch.size(); i++) {
        EncodedChunk alone = encoder.encode(List.of(batch.get(i))).getFirst();
        assertArrayEquals(alone.embedding(), together.get(i).embedding(), 1e-5f);
        assertArrayEquals(
            values(alone), values(together.get(i)), 1e-5f, bundle + ": " + TEXTS.get(i));
      }
    }
  }

  @Test
  void embeddings_haveLengthOne() {
    try (TextEncoder encoder = encoder("window-mean")) {
      for (EncodedChunk chunk : encoder.encode(batch(encoder, 0))) {
        double square = 0;
        for (float value : chunk.embedding()) {
          square += value * value;
        }
        assertEquals(1, square, 1e-5);
      }
    }
  }

  @Test
  void portableLinearLayers_giveTheSame() {
    AdapterBundle bundle = AdapterBundle.open(Goldens.folder("bundles/window-concat"));
    ModelFiles files = ModelFiles.open(Goldens.folder("encoders/bert"));
    try (TextEncoder fast = encoder("window-concat");
        TextEncoder portable =
            Encoders.load(files, Optional.of(bundle), CPU, EncoderNetwork.PORTABLE)) {
      List<EncodedChunk> expected = fast.encode(batch(fast, 4));
      List<EncodedChunk> actual = portable.encode(batch(portable, 4));
      for (int i = 0; i < expected.size(); i++) {
        assertArrayEquals(expected.get(i).embedding(), actual.get(i).embedding(), 1e-5f);
        assertArrayEquals(values(expected.get(i)), values(actual.get(i)), 1e-4f);
      }
    }
  }

  @Test
  void fiveHundredBatches_leaveNoNativeObject() {
    long before = NativeObjects.live();
    for (String bundle : List.of("window-mean", "window-concat", "pma-window")) {
      try (TextEncoder encoder = encoder(bundle)) {
        List<EncodeInput> batch = batch(encoder, 4);
        var unused = encoder.encode(batch);
        long loaded = NativeObjects.live();
        for (int i = 0; i < 500; i++) {
          assertEquals(batch.size(), encoder.encode(batch).size());
        }
        assertEquals(loaded, NativeObjects.live(), bundle);
      }
    }
    assertEquals(before, NativeObjects.live());
  }

  @Test
  void ratio_thatWasNotTrained_isRefused() {
    try (TextEncoder encoder = encoder("window-mean")) {
      List<EncodeInput> batch = batch(encoder, 3);
      assertThrows(IllegalArgumentException.class, () -> encoder.encode(batch));
    }
  }

  @Test
  void otherThread_isRefused() {
    try (TextEncoder encoder = encoder("window-mean")) {
      List<EncodeInput> batch = batch(encoder, 4);
      var unused = encoder.encode(batch);
      ExecutionException refused =
          assertThrows(
              ExecutionException.class,
              () -> CompletableFuture.supplyAsync(() -> encoder.encode(batch)).get());
      assertTrue(refused.getCause() instanceof IllegalStateException);
    }
  }

  @Test
  void chunk_atTheLimit_isTaken_overIt_refused() {
    try (TextEncoder encoder = encoder("window-mean")) {
      assertEquals(64, encoder.description().chunkTokens());
      PreparedChunk full = encoder.prepare("a ".repeat(62), ChunkRole.PASSAGE);
      assertEquals(64, full.ids().length);
      assertEquals(62, full.textTokens());
      EncodedChunk encoded = encoder.encode(List.of(new EncodeInput(full, 7))).getFirst();
      assertEquals(9, Objects.requireNonNull(encoded.softPrompt()).rows());
      ChunkTooLongException refused =
          assertThrows(
              ChunkTooLongException.class,
              () -> encoder.prepare("a ".repeat(63), ChunkRole.PASSAGE));
      assertEquals("chunk of 65 tokens exceeds the encoder's 64", refused.getMessage());
    }
  }

  @Test
  void textWithoutTokens_givesOneSoftToken() {
    try (TextEncoder encoder = encoder("pma")) {
      PreparedChunk blank = encoder.prepare(" \n ", ChunkRole.PASSAGE);
      assertEquals(0, blank.textTokens());
      EncodedChunk encoded = encoder.encode(List.of(new EncodeInput(blank, 4))).getFirst();
      assertEquals(1, Objects.requireNonNull(encoded.softPrompt()).rows());
    }
  }

  @Test
  void specialsInText_arePlainText() {
    try (TextEncoder encoder = encoder("window-mean")) {
      PreparedChunk chunk = encoder.prepare("[SEP]", ChunkRole.PASSAGE);
      int separators = 0;
      for (int id : chunk.ids()) {
        separators += id == 3 ? 1 : 0;
      }
      assertEquals(1, separators);
      assertTrue(chunk.textTokens() > 1);
    }
  }

  @Test
  void prefix_isCountedApart() {
    ModelFiles files = ModelFiles.open(Goldens.folder("encoders/xlm-roberta"));
    try (TextEncoder encoder = Encoders.load(files, Optional.empty(), CPU)) {
      PreparedChunk query = encoder.prepare("the text", ChunkRole.QUERY);
      PreparedChunk passage = encoder.prepare("the text", ChunkRole.PASSAGE);
      int own = encoder.tokenizer().encodeText("the text").size();
      assertEquals(own, query.textTokens());
      assertEquals(own, passage.textTokens());
      int specials = encoder.description().specialTokens();
      assertTrue(query.ids().length <= own + specials);
      assertTrue(passage.ids().length <= own + specials);
      assertTrue(query.ids().length > own + 2);
    }
  }

  @Test
  void identity_tellsModelsAndPoolingsApart() {
    List<String> identities = new ArrayList<>();
    for (String bundle : List.of("window-mean", "window-mean-words", "pma")) {
      try (TextEncoder encoder = encoder(bundle)) {
        identities.add(encoder.description().identity());
        assertEquals(64, encoder.description().identity().length());
      }
    }
    for (String family : List.of("bert", "roberta")) {
      ModelFiles files = ModelFiles.open(Goldens.folder("encoders/" + family));
      try (TextEncoder encoder = Encoders.load(files, Optional.empty(), CPU)) {
        identities.add(encoder.description().identity());
      }
    }
    assertEquals(5, identities.stream().distinct().count());
    try (TextEncoder encoder = encoder("pma")) {
      assertEquals(identities.get(2), encoder.description().identity());
      assertNotEquals(identities.get(1), encoder.description().identity());
      assertEquals("pma", encoder.description().pooling());
    }
  }

  private static List<EncodeInput> batch(TextEncoder encoder, int ratio) {
    return TEXTS.stream()
        .map(text -> new EncodeInput(encoder.prepare(text, ChunkRole.PASSAGE), ratio))
        .toList();
  }

  private static float[] values(EncodedChunk chunk) {
    return Objects.requireNonNull(chunk.softPrompt()).values();
  }

  private static TextEncoder encoder(String bundle) {
    return Encoders.load(
        ModelFiles.open(Goldens.folder("encoders/bert")),
        Optional.of(AdapterBundle.open(Goldens.folder("bundles/" + bundle))),
        CPU);
  }
}
