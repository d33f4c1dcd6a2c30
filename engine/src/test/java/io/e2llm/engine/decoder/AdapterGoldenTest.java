package io.e2llm.engine.decoder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import io.e2llm.engine.Goldens;
import io.e2llm.engine.bundle.AdapterBundle;
import io.e2llm.engine.encoder.SoftPrompt;
import io.e2llm.engine.torch.CoreBudget;
import io.e2llm.engine.torch.TorchOptions;
import java.util.LinkedHashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Adapters, with and without a residual path, against PyTorch. */
final class AdapterGoldenTest {
  private static final TorchOptions CPU = TorchOptions.cpu(CoreBudget.ofMachine());

  @Test
  void everyBundle_equalsPyTorch() {
    JsonNode cases = Goldens.json("bundles/expected.json").path("cases");
    Set<String> bundles = new LinkedHashSet<>();
    cases.forEach(golden -> bundles.add(golden.path("bundle").asText()));
    assertEquals(10, bundles.size());
    for (String bundle : bundles) {
      try (AdapterNetwork adapter = adapter(bundle)) {
        for (JsonNode golden : cases) {
          if (golden.path("bundle").asText().equals(bundle)) {
            SoftPrompt adapted = adapter.adapt(prompt(golden.path("soft_prompt")));
            assertEquals(24, adapted.width());
            Goldens.assertRows(golden.path("adapted"), adapted.values(), 24, 1e-4, bundle);
          }
        }
      }
    }
  }

  @Test
  void softPrompt_ofAnotherWidth_isRefused() {
    try (AdapterNetwork adapter = adapter("window-mean")) {
      SoftPrompt narrow = new SoftPrompt(1, 31, new float[31]);
      assertThrows(IllegalArgumentException.class, () -> adapter.adapt(narrow));
    }
  }

  private static AdapterNetwork adapter(String bundle) {
    return new AdapterNetwork(AdapterBundle.open(Goldens.folder("bundles/" + bundle)), CPU);
  }

  private static SoftPrompt prompt(JsonNode rows) {
    int width = rows.path(0).size();
    float[] values = new float[rows.size() * width];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) rows.path(i / width).path(i % width).asDouble();
    }
    return new SoftPrompt(rows.size(), width, values);
  }
}
