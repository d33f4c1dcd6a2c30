package io.e2llm.decoder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.e2llm.decoder.v1.GenerateStart;
import io.e2llm.decoder.v1.GetDecoderRequest;
import io.e2llm.decoder.v1.Sampling;
import io.e2llm.engine.TinyModels;
import io.e2llm.engine.bundle.AdapterBundle;
import io.e2llm.engine.bundle.AdapterBundles;
import io.e2llm.engine.decoder.DecoderModel;
import io.e2llm.engine.decoder.Decoders;
import io.e2llm.engine.files.ModelFiles;
import io.e2llm.engine.torch.CoreBudget;
import io.e2llm.engine.torch.NativeObjects;
import io.e2llm.engine.torch.TorchOptions;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tier over gRPC with the engine's own decoder, on the tiny seeded model. */
class TinyDecoderTest {
  private static DecoderModel model(Path folder) {
    Path bundle = folder.resolve("bundle");
    if (Files.notExists(bundle)) { // they may be mapped already
      TinyModels.writeEncoder(folder.resolve("encoder"));
      TinyModels.writeDecoder(folder.resolve("decoder"));
      try (ModelFiles encoder = ModelFiles.open(folder.resolve("encoder"));
          ModelFiles decoder = ModelFiles.open(folder.resolve("decoder"))) {
        AdapterBundles.writeUntrained(bundle, AdapterBundles.untrained(encoder, decoder), 6);
      }
    }
    return Decoders.load(
        ModelFiles.open(folder.resolve("decoder")),
        Optional.of(AdapterBundle.open(bundle)),
        TorchOptions.cpu(CoreBudget.ofMachine()));
  }

  private static Call ask(
      InProcessDecoder decoder, int i, int tokens, GenerateStart.Builder start) {
    int pooled = decoder.tier.description().pooledWidth();
    return Call.on(decoder.stub())
        .start(
            start.setMaxTokens(tokens).setBundleDigest(decoder.tier.description().bundleDigest()))
        .soft(1, 3 + i, pooled, i)
        .soft(0, 2, pooled, i + 9)
        .prompt(2, "and the question ".repeat(1 + i * 3));
  }

  private static GenerateStart.Builder head(int i) {
    return Call.begins("head " + i, 1);
  }

  @Test
  void eightOver500Steps_equalAlone(@TempDir Path folder) throws Exception {
    try (InProcessDecoder decoder = new InProcessDecoder(model(folder))) {
      List<List<Integer>> alone = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        alone.add(ask(decoder, i, 500, head(i)).ids());
      }
      List<Call> calls = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        calls.add(ask(decoder, i, 500, head(i)));
      }
      for (int i = 0; i < 8; i++) {
        assertEquals(500, alone.get(i).size());
        assertEquals(alone.get(i), calls.get(i).ids());
      }
    }
  }

  @Test
  void fiveHundredGenerations_leaveNoNativeMemory(@TempDir Path folder) throws Exception {
    long before = NativeObjects.live();
    try (InProcessDecoder decoder = new InProcessDecoder(model(folder))) {
      ask(decoder, 1, 3, head(1)).end();
      long loaded = NativeObjects.live();
      List<Call> calls = new ArrayList<>();
      for (int i = 0; i < 500; i++) {
        Call call = ask(decoder, i % 8, 4, head(i));
        if (i % 9 == 0) {
          call.cancel();
        } else {
          calls.add(call);
        }
      }
      for (Call call : calls) {
        assertEquals(4, call.end().getCompletionTokens());
      }
      assertTrue(decoder.tier.drain(Duration.ofSeconds(60)));
      assertEquals(loaded, NativeObjects.live());
      decoder.tier.close();
      assertEquals(0.0, gauge(decoder, "e2llm_decoder_kv_used_bytes"));
      assertEquals(0.0, gauge(decoder, "e2llm_decoder_kv_held_bytes"));
    }
    assertEquals(before, NativeObjects.live());
  }

  private static double gauge(InProcessDecoder decoder, String name) {
    GaugeSnapshot gauge = (GaugeSnapshot) decoder.registry.scrape(name::equals).get(0);
    return gauge.getDataPoints().get(0).getValue();
  }

  @Test
  void anotherDecoder_goesOnWhereTheFirstStopped(@TempDir Path folder) throws Exception {
    Sampling.Builder sampling =
        Sampling.newBuilder().setTemperature(0.9f).setTopP(0.95f).setSeed(5);
    try (InProcessDecoder first = new InProcessDecoder(model(folder));
        InProcessDecoder second = new InProcessDecoder(model(folder))) {
      assertEquals(
          first.blocking().getDecoder(GetDecoderRequest.getDefaultInstance()),
          second.blocking().getDecoder(GetDecoderRequest.getDefaultInstance()));
      Call whole = ask(first, 2, 60, head(2).setSampling(sampling));
      String text = whole.text();
      for (int cut : new int[] {1, 17, 59}) {
        GenerateStart.Builder start =
            head(2).setSampling(sampling).addAllGeneratedIds(whole.ids().subList(0, cut));
        Call rest = ask(second, 2, 60, start);
        assertEquals(whole.ids().subList(cut, 60), rest.ids());
        String before =
            String.join("", whole.tokens.subList(0, cut).stream().map(t -> t.getText()).toList());
        assertEquals(text, before + rest.text());
      }
    }
  }
}
