package io.e2llm.encoder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.e2llm.common.config.DataSize;
import io.e2llm.common.tensor.DenseTensor;
import io.e2llm.common.tensor.TensorCodec;
import io.e2llm.encoder.v1.EncodedChunk;
import io.e2llm.engine.TinyModels;
import io.e2llm.engine.bundle.AdapterBundle;
import io.e2llm.engine.bundle.AdapterBundles;
import io.e2llm.engine.bundle.BundleSpec;
import io.e2llm.engine.encoder.Encoders;
import io.e2llm.engine.encoder.TextEncoder;
import io.e2llm.engine.files.ModelFiles;
import io.e2llm.engine.torch.CoreBudget;
import io.e2llm.engine.torch.NativeObjects;
import io.e2llm.engine.torch.TorchOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many calls at once on a real, tiny model, some of them cancelled at random. */
class EncoderStressTest {
  private static final int CALLS = 60;
  private static final int TEXTS = 120;
  private static final long SEED = 20_261_123;

  @Test
  void randomCancels_theOthersGetEveryResultAndNothingLeaks(@TempDir Path folder) throws Exception {
    long liveBefore = NativeObjects.live();
    TextEncoder encoder = tinyEncoder(folder);
    int ratio = encoder.description().ratios().get(0);
    int width = encoder.description().pooledWidth();
    EncoderSettings settings =
        new EncoderSettings(512, 2_000, new DataSize(40_000), 100, 16, new DataSize(4_096), 2);
    Map<ByteString, EncodedChunk> seen = new HashMap<>();
    try (TierFixture fixture = new TierFixture(encoder, settings)) {
      Random random = new Random(SEED);
      Map<EncodeClient, Integer> kept = new LinkedHashMap<>();
      for (int call = 0; call < CALLS; call++) {
        EncodeClient client = EncodeClient.started(fixture.stub());
        int chunks = 1 + random.nextInt(40);
        for (int tag = 0; tag < chunks; tag++) {
          client.chunk(tag, text(random.nextInt(TEXTS)), ratio);
        }
        if (random.nextInt(3) == 0) {
          client.cancel();
        } else {
          kept.put(client.halfClose(), chunks);
        }
      }
      for (Map.Entry<EncodeClient, Integer> call : kept.entrySet()) {
        List<EncodedChunk> results = call.getKey().results(call.getValue());
        call.getKey().completed();
        long tags = results.stream().map(EncodedChunk::getTag).distinct().count();
        assertEquals((long) call.getValue(), tags);
        results.forEach(result -> assertSame(seen, result, width));
      }
      TierFixture.await(() -> fixture.metric("e2llm_encoder_queue_chunks") == 0, "an empty queue");
      assertEquals(0, fixture.metric("e2llm_encoder_open_calls"));
      assertEquals(0, fixture.metric("e2llm_encoder_chunks_failed"));
      assertTrue(fixture.metric("e2llm_encoder_cache_hits") > 0);
      assertTrue(seen.size() > TEXTS / 2, "only " + seen.size() + " texts");
    }
    assertEquals(liveBefore, NativeObjects.live());
  }

  /** The same chunk has the same vectors, whatever batch it was in. */
  private static void assertSame(
      Map<ByteString, EncodedChunk> seen, EncodedChunk result, int width) {
    EncodedChunk first = seen.putIfAbsent(result.getDigest(), result);
    if (first != null) {
      DenseTensor one = TensorCodec.decode(first.getSoftPrompt(), width, 1_000);
      DenseTensor two = TensorCodec.decode(result.getSoftPrompt(), width, 1_000);
      assertEquals(one.rows(), two.rows());
      for (int i = 0; i < one.values().length; i++) {
        float tolerance = Math.max(1e-4f, Math.abs(one.values()[i]) / 128);
        assertEquals(one.values()[i], two.values()[i], tolerance);
      }
    }
  }

  private TextEncoder tinyEncoder(Path folder) {
    Path encoder = folder.resolve("encoder");
    Path decoder = folder.resolve("decoder");
    Path bundle = folder.resolve("bundle");
    TinyModels.writeEncoder(encoder);
    TinyModels.writeDecoder(decoder);
    ModelFiles files = ModelFiles.open(encoder);
    try (ModelFiles decoderFiles = ModelFiles.open(decoder)) {
      BundleSpec spec = AdapterBundles.untrained(files, decoderFiles);
      AdapterBundles.writeUntrained(bundle, spec, SEED);
    }
    return Encoders.load(
        files, Optional.of(AdapterBundle.open(bundle)), TorchOptions.cpu(CoreBudget.ofMachine()));
  }

  private static String text(int number) {
    List<String> words = new ArrayList<>();
    for (int i = 0; i < 1 + number % 9; i++) {
      words.add("w" + number + i);
    }
    return String.join(" ", words);
  }
}
