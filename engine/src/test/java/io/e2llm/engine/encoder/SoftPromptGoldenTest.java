package io.e2llm.engine.encoder;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.e2llm.engine.Goldens;
import io.e2llm.engine.bundle.AdapterBundle;
import io.e2llm.engine.encoder.TextEncoder.EncodeInput;
import io.e2llm.engine.files.ModelFiles;
import io.e2llm.engine.torch.CoreBudget;
import io.e2llm.engine.torch.TorchOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Soft prompts of every pooling at several ratios against PyTorch. */
final class SoftPromptGoldenTest {
  private static final TorchOptions CPU = TorchOptions.cpu(CoreBudget.ofMachine());

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cls",
        "mean",
        "mean-projected",
        "window-mean",
        "window-concat",
        "window-concat-plain",
        "window-mean-words",
        "window-concat-words",
        "pma",
        "pma-window"
      })
  void pooling_allRatiosInOneBatch_equalsPyTorch(String bundle) {
    JsonNode goldens = Goldens.json("bundles/expected.json");
    ModelFiles files = ModelFiles.open(Goldens.folder("encoders/bert"));
    AdapterBundle adapter = AdapterBundle.open(Goldens.folder("bundles/" + bundle));
    try (TextEncoder encoder = Encoders.load(files, Optional.of(adapter), CPU)) {
      List<JsonNode> cases = new ArrayList<>();
      goldens.path("cases").forEach(c -> cases.add(c));
      cases.removeIf(c -> !c.path("bundle").asText().equals(bundle));
      List<EncodeInput> batch = new ArrayList<>();
      for (JsonNode golden : cases) {
        String text = goldens.path("texts").path(golden.path("text").asInt()).asText();
        batch.add(
            new EncodeInput(
                encoder.prepare(text, ChunkRole.PASSAGE), golden.path("ratio").asInt()));
      }
      List<EncodedChunk> encoded = encoder.encode(batch);
      assertEquals(3 * adapter.spec().ratios().size(), encoded.size());
      for (int i = 0; i < cases.size(); i++) {
        SoftPrompt prompt = Objects.requireNonNull(encoded.get(i).softPrompt());
        assertEquals(encoder.description().pooledWidth(), prompt.width());
        String what = bundle + ", ratio " + batch.get(i).ratio() + ", text " + i;
        Goldens.assertRows(
            cases.get(i).path("soft_prompt"), prompt.values(), prompt.width(), 1e-4, what);
      }
    }
  }
}
