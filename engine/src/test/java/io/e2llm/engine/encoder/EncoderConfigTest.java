package io.e2llm.engine.encoder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.e2llm.engine.Goldens;
import io.e2llm.engine.ModelException;
import io.e2llm.engine.StrictJson;
import io.e2llm.engine.bundle.AdapterBundle;
import io.e2llm.engine.files.ModelFiles;
import io.e2llm.engine.torch.CoreBudget;
import io.e2llm.engine.torch.NativeObjects;
import io.e2llm.engine.torch.TorchOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is not understood is refused at load, by name. */
final class EncoderConfigTest {
  private final Path folder;

  EncoderConfigTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "hidden_act | \"gelu_new\" | config.json: hidden_act: gelu_new is not supported; gelu is",
        "position_embedding_type | \"relative_key\" | config.json: position_embedding_type: rel",
        "is_decoder | true | config.json: is_decoder is not supported",
        "add_cross_attention | true | config.json: add_cross_attention is not supported",
        "quantization_config | {} | config.json: quantization_config is not supported",
        "hidden_size | -1 | config.json: hidden_size: a whole number",
        "num_attention_heads | 5 | config.json: num_attention_heads: 5 do not divide",
        "num_hidden_layers | 4 | model.safetensors: tensor encoder.layer.3.attention.self.query"
            + ".weight: is missing",
        "intermediate_size | 49 | model.safetensors: tensor encoder.layer.0.intermediate.dense"
            + ".weight: shape [48, 32], but config.json wants [49, 32]",
        "layer_norm_eps | 0 | config.json: layer_norm_eps: a number",
        "vocab_size | \"70\" | config.json: vocab_size: a whole number",
        "model_type | \"llama\" | "
      })
  void field_notUnderstood_isNamed(String field, String value, String message) throws IOException {
    copy("bert");
    Path file = folder.resolve("config.json");
    ObjectNode config = (ObjectNode) StrictJson.readObject(file);
    config.set(field, StrictJson.MAPPER.readTree(value));
    Files.write(file, StrictJson.MAPPER.writeValueAsBytes(config));
    long before = NativeObjects.live();
    ModelException refused = assertThrows(ModelException.class, this::load);
    String told = String.valueOf(refused.getMessage());
    assertTrue(message == null || told.startsWith(message), told);
    assertEquals(before, NativeObjects.live());
  }

  @Test
  void bundle_ofAnotherEncoder_isRefused() throws IOException {
    copy("roberta");
    try (ModelFiles files = ModelFiles.open(folder)) {
      AdapterBundle bundle = AdapterBundle.open(Goldens.folder("bundles/window-mean"));
      ModelException refused =
          assertThrows(
              ModelException.class,
              () ->
                  Encoders.load(
                      files, Optional.of(bundle), TorchOptions.cpu(CoreBudget.ofMachine())));
      String told = String.valueOf(refused.getMessage());
      assertTrue(told.startsWith("adapter.json: encoder.digest: "), told);
    }
  }

  @Test
  void positions_ofRoberta_countFromBehindThePadding() throws IOException {
    copy("roberta");
    try (ModelFiles files = ModelFiles.open(folder)) {
      EncoderConfig config = EncoderConfig.of(files);
      assertEquals(2, config.firstPosition());
      assertEquals(88, config.mostTokens());
    }
  }

  private void load() {
    try (ModelFiles files = ModelFiles.open(folder)) {
      Encoders.load(files, Optional.empty(), TorchOptions.cpu(CoreBudget.ofMachine())).close();
    }
  }

  private void copy(String family) throws IOException {
    Path from = Goldens.folder("encoders/" + family);
    Files.createDirectories(folder.resolve("1_Pooling"));
    for (String file :
        new String[] {
          "config.json", "tokenizer.json", "model.safetensors", "1_Pooling/config.json"
        }) {
      Files.copy(from.resolve(file), folder.resolve(file));
    }
  }
}
