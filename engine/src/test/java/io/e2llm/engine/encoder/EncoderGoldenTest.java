package io.e2llm.engine.encoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.fasterxml.jackson.databind.JsonNode;
import io.e2llm.engine.Goldens;
import io.e2llm.engine.Reference;
import io.e2llm.engine.TestModels;
import io.e2llm.engine.encoder.TextEncoder.EncodeInput;
import io.e2llm.engine.files.ModelFiles;
import io.e2llm.engine.torch.CoreBudget;
import io.e2llm.engine.torch.TorchOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Token states and embeddings against transformers. */
final class EncoderGoldenTest {
  private static final TorchOptions CPU = TorchOptions.cpu(CoreBudget.ofMachine());

  private final Path folder;

  EncoderGoldenTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert", "roberta", "xlm-roberta"})
  void family_equalsTransformers(String family) {
    Path model = Goldens.folder("encoders/" + family);
    JsonNode expected = Goldens.json("encoders/" + family + "/expected.json");
    for (int layer = 0; layer <= 3; layer++) {
      try (TextEncoder encoder = encoder(model, layer)) {
        for (var roleCases : expected.properties()) {
          ChunkRole role = ChunkRole.valueOf(roleCases.getKey().toUpperCase(Locale.ROOT));
          for (JsonNode golden : roleCases.getValue()) {
            String what = family + ", layer " + layer + ", " + golden.path("text");
            check(encoder, role, golden, layer, what);
          }
        }
      }
    }
  }

  private static void check(
      TextEncoder encoder, ChunkRole role, JsonNode golden, int layer, String what) {
    PreparedChunk chunk = encoder.prepare(golden.path("text").asText(), role);
    assertArrayEquals(Reference.ints(golden.path("ids")), chunk.ids(), what);
    EncodedChunk encoded = encoder.encode(List.of(new EncodeInput(chunk, 1))).getFirst();
    Goldens.assertVector(golden.path("embedding"), encoded.embedding(), 0, 2e-5, what);
    SoftPrompt states = Objects.requireNonNull(encoded.softPrompt());
    assertEquals(chunk.textTokens(), states.rows(), what);
    int row = 0;
    for (int i = 0; i < chunk.ids().length; i++) {
      if (chunk.words()[i] >= 0) {
        JsonNode state = golden.path("layers").path(Integer.toString(layer)).path(i);
        Goldens.assertVector(
            state, states.values(), row * states.width(), 5e-5, what + ", token " + i);
        row++;
      }
    }
  }

  @Test
  void defaultModel_equalsTransformers() {
    Path model = TestModels.encoderFolder();
    try (TextEncoder encoder = encoder(model, 6)) {
      assertEquals(128, encoder.description().chunkTokens());
      assertEquals(2, encoder.description().specialTokens());
      assertEquals(384, encoder.description().embeddingWidth());
      for (JsonNode golden : Reference.models().path("encoder_fp32")) {
        PreparedChunk chunk = encoder.prepare(golden.path("text").asText(), ChunkRole.PASSAGE);
        assertArrayEquals(Reference.ints(golden.path("ids")), chunk.ids());
        EncodedChunk encoded = encoder.encode(List.of(new EncodeInput(chunk, 1))).getFirst();
        SoftPrompt states = Objects.requireNonNull(encoded.softPrompt());
        JsonNode rows = golden.path("token_states_first8");
        for (int i = 0; i < states.rows(); i++) {
          Goldens.assertVector(
              rows.get(i + 1), states.values(), i * states.width(), 1e-3, "token " + i);
        }
      }
    }
  }

  @Test
  void noBundle_givesEmbeddingsAlone() {
    ModelFiles files = ModelFiles.open(Goldens.folder("encoders/bert"));
    try (TextEncoder encoder = Encoders.load(files, Optional.empty(), CPU)) {
      assertEquals(List.of(), encoder.description().ratios());
      assertEquals(0, encoder.description().pooledWidth());
      PreparedChunk chunk = encoder.prepare("warsaw", ChunkRole.PASSAGE);
      EncodedChunk encoded = encoder.encode(List.of(new EncodeInput(chunk, 0))).getFirst();
      assertNull(encoded.softPrompt());
      JsonNode golden = Goldens.json("encoders/bert/expected.json").path("passage").path(2);
      Goldens.assertVector(golden.path("embedding"), encoded.embedding(), 0, 2e-5, "embedding");
    }
  }

  private TextEncoder encoder(Path model, int layer) {
    return StatesAsSoftPrompts.encoder(folder, model, layer, CPU);
  }
}
