package io.e2llm.engine.bundle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.e2llm.engine.Goldens;
import io.e2llm.engine.bundle.PoolingSpec.Cls;
import io.e2llm.engine.bundle.PoolingSpec.Combine;
import io.e2llm.engine.bundle.PoolingSpec.Mean;
import io.e2llm.engine.bundle.PoolingSpec.Pma;
import io.e2llm.engine.bundle.PoolingSpec.Scope;
import io.e2llm.engine.bundle.PoolingSpec.Unit;
import io.e2llm.engine.bundle.PoolingSpec.Window;
import io.e2llm.engine.files.ModelFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class AdapterBundlesTest {
  private static final Window MEAN = new Window(Unit.TOKENS, Combine.MEAN);

  private final Path folder;

  AdapterBundlesTest(@TempDir Path folder) {
    this.folder = folder;
  }

  static Stream<PoolingSpec> poolings() {
    return Stream.of(
        PoolingSpec.plain(new Cls(), 32),
        PoolingSpec.plain(new Mean(), 32).of(new PoolingSpec.TokenProjection(8, 0)).projectedTo(12),
        PoolingSpec.plain(MEAN, 32),
        PoolingSpec.plain(new Window(Unit.WORDS, Combine.CONCAT), 0).projectedTo(16),
        PoolingSpec.plain(new Window(Unit.TOKENS, Combine.HALVES), 16)
            .of(new PoolingSpec.TokenProjection(8, 6)),
        PoolingSpec.plain(new Pma(Scope.CHUNK, 16, 4, 16), 16),
        PoolingSpec.plain(new Pma(Scope.WINDOW, 16, 4, 1), 16).projectedTo(20));
  }

  @ParameterizedTest
  @MethodSource("poolings")
  void written_isReadBackEqual(PoolingSpec pooling) {
    List<Integer> ratios =
        pooling.kind() instanceof Cls || pooling.kind() instanceof Mean
            ? List.of(64)
            : List.of(4, 8);
    BundleSpec spec = spec(pooling, ratios);
    AdapterBundles.writeUntrained(folder, spec, 5);
    assertEquals(spec, AdapterBundle.open(folder).spec());
  }

  @Test
  void equalSeeds_giveEqualDigests_othersOthers() {
    BundleSpec spec = spec(PoolingSpec.plain(MEAN, 32), List.of(4));
    AdapterBundles.writeUntrained(folder.resolve("a"), spec, 5);
    AdapterBundles.writeUntrained(folder.resolve("b"), spec, 5);
    AdapterBundles.writeUntrained(folder.resolve("c"), spec, 6);
    String digest = AdapterBundle.open(folder.resolve("a")).digest();
    assertEquals(digest, AdapterBundle.open(folder.resolve("b")).digest());
    assertNotEquals(digest, AdapterBundle.open(folder.resolve("c")).digest());
    assertEquals(64, digest.length());
  }

  @Test
  void trainedSpec_isNotWritten() {
    BundleSpec plain = spec(PoolingSpec.plain(MEAN, 32), List.of(4));
    BundleSpec trained =
        new BundleSpec(
            true,
            plain.encoder(),
            plain.decoder(),
            plain.chunking(),
            plain.pooling(),
            plain.ratios(),
            plain.adapter());
    assertThrows(
        IllegalArgumentException.class, () -> AdapterBundles.writeUntrained(folder, trained, 1));
  }

  @Test
  void untrainedForTwoModels_fitsBoth() {
    try (ModelFiles bert = ModelFiles.open(Goldens.folder("encoders/bert"));
        ModelFiles roberta = ModelFiles.open(Goldens.folder("encoders/roberta"))) {
      BundleSpec spec = AdapterBundles.untrained(bert, roberta);
      AdapterBundles.writeUntrained(folder, spec, 1);
      AdapterBundle bundle = AdapterBundle.open(folder);
      bundle.checkEncoder(bert);
      bundle.checkDecoder(roberta);
      assertEquals(List.of(4, 8, 16, 32), bundle.spec().ratios());
      assertEquals(List.of(3), bundle.spec().encoder().layers());
      assertTrue(bundle.pooling().isEmpty());
    }
  }

  private static BundleSpec spec(PoolingSpec pooling, List<Integer> ratios) {
    return new BundleSpec(
        false,
        new BundleSpec.EncoderSide("encoder", "a".repeat(64), 32, List.of(2)),
        new BundleSpec.DecoderSide("decoder", "b".repeat(64), 24),
        new BundleSpec.Chunking(64, 1),
        pooling,
        ratios,
        new AdapterSpec(20, true));
  }
}
