package io.e2llm.engine.decoder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.e2llm.engine.Goldens;
import io.e2llm.engine.bundle.AdapterBundle;
import io.e2llm.engine.encoder.SoftPrompt;
import io.e2llm.engine.torch.CoreBudget;
import io.e2llm.engine.torch.NativeObjects;
import io.e2llm.engine.torch.TorchOptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Adapters against PyTorch's numbers; see {@code src/test/python/make_bundle_goldens.py}. */
class AdapterNetworkTest {
  private static final TorchOptions OPTIONS = TorchOptions.cpu(CoreBudget.ofMachine());

  @ParameterizedTest
  @ValueSource(strings = {"cls", "mean", "pma", "window-concat", "window-mean"})
  void adapt_softPrompts_givesTheGoldenRows(String name) {
    long before = NativeObjects.live();
    AdapterBundle bundle = AdapterBundle.open(Goldens.folder("bundles/" + name));
    int cases = 0;
    try (AdapterNetwork adapter = new AdapterNetwork(bundle, OPTIONS)) {
      for (JsonNode golden : Goldens.json("bundles/expected.json").path("cases")) {
        if (golden.path("bundle").asText().equals(name)) {
          SoftPrompt adapted = adapter.adapt(softPrompt(golden.path("soft_prompt")));
          assertEquals(bundle.spec().decoder().hiddenSize(), adapted.width());
          Goldens.assertRows(golden.path("adapted"), adapted.values(), adapted.width(), 1e-4, name);
          cases++;
        }
      }
      SoftPrompt narrow = new SoftPrompt(1, 1, new float[1]);
      assertThrows(IllegalArgumentException.class, () -> adapter.adapt(narrow));
    }
    assertTrue(cases > 0);
    assertEquals(before, NativeObjects.live());
  }

  private static SoftPrompt softPrompt(JsonNode rows) {
    int width = rows.path(0).size();
    float[] values = new float[rows.size() * width];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) rows.path(i / width).path(i % width).asDouble();
    }
    return new SoftPrompt(rows.size(), width, values);
  }
}
