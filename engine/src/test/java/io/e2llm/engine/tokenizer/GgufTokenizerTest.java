package io.e2llm.engine.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.e2llm.engine.ModelException;
import io.e2llm.engine.Reference;
import io.e2llm.engine.weights.GgufFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Vocabularies inside GGUF files, against {@code make_tokenizer_goldens.py}. */
final class GgufTokenizerTest {
  @ParameterizedTest
  @ValueSource(strings = {"gpt-2", "smollm", "llama-bpe", "qwen2", "llama"})
  void vocabulary_encodesAsTheLibraryThatMadeIt(String name)
      throws URISyntaxException, IOException {
    JsonNode goldens = Reference.read("/tokenizers/goldens.json").path(name);
    assertTrue(goldens.size() >= 18);
    try (Tokenizer tokenizer = open(file(name))) {
      for (JsonNode golden : goldens) {
        String text = golden.path("text").asText();
        if (golden.has("ids_as_text")) {
          int[] asText = Reference.ints(golden.path("ids_as_text"));
          assertArrayEquals(asText, tokenizer.encodeText(text).ids(), text);
        }
        if (golden.has("ids")) {
          int[] ids = Reference.ints(golden.path("ids"));
          assertArrayEquals(ids, tokenizer.encodeTemplate(text).ids(), text);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt-2", "smollm", "llama-bpe", "llama"})
  void bytesOfTokens_makeUpTheText(String name) throws URISyntaxException, IOException {
    String text = "It's naïve 漢字, 12 👩‍🚀 <|im_end|> <s>\n\tend";
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (Tokenizer tokenizer = open(file(name))) {
      for (int id : tokenizer.encodeText(text).ids()) {
        bytes.writeBytes(tokenizer.bytesOf(id));
      }
    }
    assertEquals(text, bytes.toString(StandardCharsets.UTF_8));
  }

  @Test
  void sentencePiece_beginsWithItsBosToken() throws URISyntaxException {
    try (Tokenizer tokenizer = open(file("llama"))) {
      assertArrayEquals(new int[] {tokenizer.idOf("<s>").orElseThrow()}, tokenizer.prefixIds());
      assertEquals(0, tokenizer.suffixIds().length);
      assertEquals(0, tokenizer.bytesOf(tokenizer.prefixIds()[0]).length);
    }
  }

  @Test
  void unknownPreTokenizer_isRefusedByName(@TempDir Path folder)
      throws URISyntaxException, IOException {
    byte[] bytes = Files.readAllBytes(file("gpt-2"));
    String latin = new String(bytes, StandardCharsets.ISO_8859_1).replace("gpt-2", "gpt-X");
    Path altered =
        Files.write(folder.resolve("x.gguf"), latin.getBytes(StandardCharsets.ISO_8859_1));
    ModelException refused = assertThrows(ModelException.class, () -> open(altered));
    assertEquals("x.gguf: tokenizer.ggml.pre: gpt-X is not supported", refused.getMessage());
  }

  private static Tokenizer open(Path path) {
    try (GgufFile file = GgufFile.open(path)) {
      return HfTokenizer.fromJson(GgufTokenizer.json(file.metadata()));
    }
  }

  private static Path file(String name) throws URISyntaxException {
    URL resource = GgufTokenizerTest.class.getResource("/tokenizers/" + name + ".gguf");
    assertNotNull(resource);
    return Path.of(Objects.requireNonNull(resource).toURI());
  }
}
