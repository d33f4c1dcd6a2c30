package io.e2llm.engine.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.e2llm.engine.ModelException;
import io.e2llm.engine.SeededWeights;
import io.e2llm.engine.TestModels;
import io.e2llm.engine.TinyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HuggingFaceModelTest {
  private final Path folder;

  HuggingFaceModelTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void shards_areOneSetOfWeights() throws IOException {
    TinyModels.writeDecoder(folder);
    Files.delete(folder.resolve("model.safetensors"));
    shard("model-00001-of-00002.safetensors", "model.norm.weight");
    shard("model-00002-of-00002.safetensors", "lm_head.weight");
    write(
        "model.safetensors.index.json",
        "{\"weight_map\":{\"model.norm.weight\":\"model-00001-of-00002.safetensors\","
            + "\"lm_head.weight\":\"model-00002-of-00002.safetensors\"}}");
    try (ModelFiles model = ModelFiles.open(folder)) {
      assertEquals(
          Set.of("model.norm.weight", "lm_head.weight"), model.weights().tensors().keySet());
      assertEquals(1, model.weights().readFp32("lm_head.weight").getFloat(0));
    }
  }

  @Test
  void shardOutsideTheFolder_isRefused() throws IOException {
    TinyModels.writeDecoder(folder);
    Files.delete(folder.resolve("model.safetensors"));
    write("model.safetensors.index.json", "{\"weight_map\":{\"a\":\"../../etc/x.safetensors\"}}");
    assertRefused("model.safetensors.index.json: weight_map: ../../etc/x.safetensors");
  }

  @Test
  void prefixedAndOldNames_areTheBareModels() throws IOException {
    TinyModels.writeEncoder(folder);
    shard("model.safetensors", "bert.embeddings.LayerNorm.gamma");
    try (ModelFiles model = ModelFiles.open(folder)) {
      assertEquals(Set.of("embeddings.LayerNorm.weight"), model.weights().tensors().keySet());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "config.json; {\"model_type\":\"gpt_bigcode\"}; config.json: model_type: gpt_bigcode is not supported",
        "config.json; []; config.json: not a JSON object",
        "config.json; {; config.json: Unexpected end-of-input",
        "1_Pooling/config.json; {\"pooling_mode_max_tokens\":true}; 1_Pooling/config.json: pooling_mode_max_tokens is not supported",
        "modules.json; [{\"type\":\"sentence_transformers.models.Dense\"}]; modules.json: type: Dense is not supported",
        "modules.json; [{\"type\":\"a.Pooling\",\"path\":\"../x\"}]; modules.json: path: ../x",
      })
  void wrongFile_namesFileAndField(String name, String content, String message) throws IOException {
    TinyModels.writeEncoder(folder);
    write(name, content);
    assertRefused(message);
  }

  @Test
  void missingFiles_areNamed() throws IOException {
    TinyModels.writeEncoder(folder);
    Files.delete(folder.resolve("tokenizer.json"));
    assertRefused("tokenizer.json: no such file");
    Files.delete(folder.resolve("model.safetensors"));
    assertRefused("model.safetensors: no such file");
    Files.delete(folder.resolve("config.json"));
    assertRefused(folder.getFileName() + ": no config.json and 0 .gguf files");
    assertThrows(ModelException.class, () -> ModelFiles.open(folder.resolve("nowhere")));
  }

  @Test
  void sentenceTransformersFiles_giveTheSettings() throws IOException {
    TinyModels.writeEncoder(folder);
    write("1_Pooling/config.json", "{\"pooling_mode_cls_token\":true}");
    write("sentence_bert_config.json", "{\"max_seq_length\":256}");
    write(
        "config_sentence_transformers.json",
        "{\"prompts\":{\"query\":\"query: \",\"passage\":\"passage: \"}}");
    write(
        "modules.json",
        "[{\"type\":\"sentence_transformers.models.Transformer\",\"path\":\"\"},"
            + "{\"type\":\"sentence_transformers.models.Pooling\",\"path\":\"1_Pooling\"},"
            + "{\"type\":\"sentence_transformers.models.Normalize\",\"path\":\"2_Normalize\"}]");
    try (ModelFiles model = ModelFiles.open(folder)) {
      assertEquals(
          new SentenceEncoderSettings(
              SentenceEncoderSettings.Pooling.CLS, 256, true, "query: ", "passage: "),
          model.sentenceEncoder().orElseThrow());
    }
  }

  @Test
  void ropeParameters_standWhereTheyUsedTo() throws IOException {
    TinyModels.writeDecoder(folder);
    write(
        "config.json",
        "{\"model_type\":\"llama\",\"eos_token_id\":258,\"rope_parameters\":"
            + "{\"rope_type\":\"linear\",\"factor\":2.0,\"rope_theta\":5000.0}}");
    write("generation_config.json", "{\"eos_token_id\":[256,258]}");
    try (ModelFiles model = ModelFiles.open(folder)) {
      assertEquals(5000, model.config().path("rope_theta").asDouble());
      assertEquals(2, model.config().path("rope_scaling").path("factor").asDouble());
      assertEquals(Set.of(256, 258), model.endTokens());
    }
  }

  @Test
  void anyFileThatMatters_changesTheDigest() throws IOException {
    TinyModels.writeEncoder(folder);
    String before;
    try (ModelFiles model = ModelFiles.open(folder)) {
      before = model.digest();
    }
    write("1_Pooling/config.json", "{\"pooling_mode_cls_token\":true}");
    try (ModelFiles model = ModelFiles.open(folder)) {
      assertNotEquals(before, model.digest());
    }
  }

  @Test
  void chatTemplateFile_comesBeforeTheConfigurations() throws IOException {
    TinyModels.writeDecoder(folder);
    write("chat_template.jinja", "{{ messages[0].content }}");
    try (ModelFiles model = ModelFiles.open(folder)) {
      assertEquals("{{ messages[0].content }}", model.chatTemplate().orElseThrow().source());
    }
  }

  @Test
  void defaultEncoder_hasItsSettings() {
    try (ModelFiles model = ModelFiles.open(TestModels.encoderFolder())) {
      assertEquals("bert", model.family());
      assertEquals(
          new SentenceEncoderSettings(SentenceEncoderSettings.Pooling.MEAN, 256, true, "", ""),
          model.sentenceEncoder().orElseThrow());
      assertEquals(
          30522 * 384 * 4,
          model.weights().readFp32("embeddings.word_embeddings.weight").capacity());
    }
  }

  private void assertRefused(String message) {
    ModelException refused =
        assertThrows(ModelException.class, () -> ModelFiles.open(folder).close());
    assertTrue(String.valueOf(refused.getMessage()).startsWith(message), refused.getMessage());
  }

  private void shard(String name, String tensor) {
    SeededWeights weights = new SeededWeights(1);
    weights.ones(tensor, 4);
    weights.write(folder.resolve(name));
  }

  private void write(String name, String content) throws IOException {
    Files.writeString(folder.resolve(name), content);
  }
}
