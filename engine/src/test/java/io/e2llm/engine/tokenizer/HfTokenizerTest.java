package io.e2llm.engine.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.e2llm.engine.ModelException;
import io.e2llm.engine.TinyModels;
import io.e2llm.engine.files.ModelFiles;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HfTokenizerTest {
  private static final String UNIGRAM =
      "{\"version\":\"1.0\",\"added_tokens\":[{\"id\":0,\"content\":\"<s>\",\"special\":true,"
          + "\"single_word\":false,\"lstrip\":false,\"rstrip\":false,\"normalized\":false}],"
          + "\"normalizer\":null,\"pre_tokenizer\":{\"type\":\"Metaspace\",\"replacement\":\"▁\","
          + "\"prepend_scheme\":\"always\",\"split\":true},\"post_processor\":null,"
          + "\"decoder\":{\"type\":\"Metaspace\",\"replacement\":\"▁\","
          + "\"prepend_scheme\":\"always\",\"split\":true},"
          + "\"model\":{\"type\":\"Unigram\",\"unk_id\":1,\"byte_fallback\":false,\"vocab\":["
          + "[\"<s>\",0.0],[\"<unk>\",0.0],[\"▁\",-2.0],[\"<\",-3.0],[\"s\",-3.0],[\">\",-3.0],"
          + "[\"a\",-3.0]]}}";

  private final Path folder;

  HfTokenizerTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @BeforeEach
  void writeModels() {
    TinyModels.writeEncoder(folder.resolve("encoder"));
    TinyModels.writeDecoder(folder.resolve("decoder"));
  }

  @Test
  void offsets_areCodePoints() {
    try (ModelFiles model = ModelFiles.open(folder.resolve("encoder"))) {
      Encoding encoding = model.tokenizer().encodeText("🚀🚀 ab, e\u0301 Ä");
      assertArrayEquals(new int[] {0, 3, 4, 5, 7, 10}, encoding.begins());
      assertArrayEquals(new int[] {2, 4, 5, 6, 9, 11}, encoding.ends());
      assertArrayEquals(new int[] {0, 1, 1, 2, 3, 4}, encoding.words());
    }
  }

  @Test
  void offsetsOfBytes_coverTheirCodePoint() {
    try (ModelFiles model = ModelFiles.open(folder.resolve("decoder"))) {
      Encoding encoding = model.tokenizer().encodeText("a🚀b");
      assertArrayEquals(new int[] {0, 1, 1, 1, 1, 2}, encoding.begins());
      assertArrayEquals(new int[] {1, 2, 2, 2, 2, 3}, encoding.ends());
    }
  }

  @Test
  void specialInTemplate_isOfNoWord() {
    try (ModelFiles model = ModelFiles.open(folder.resolve("decoder"))) {
      Encoding encoding = model.tokenizer().encodeTemplate("<|im_start|>hi");
      assertEquals(257, encoding.ids()[0]);
      assertEquals(-1, encoding.words()[0]);
      assertTrue(encoding.words()[1] >= 0);
    }
  }

  @Test
  void specialThatIsAPiece_isNeverMadeFromText() {
    try (Tokenizer tokenizer = HfTokenizer.fromJson(UNIGRAM.getBytes(StandardCharsets.UTF_8))) {
      assertArrayEquals(new int[] {0}, tokenizer.encodeTemplate("<s>").ids());
      assertArrayEquals(new int[] {2, 3, 4, 5}, tokenizer.encodeText("<s>").ids());
    }
  }

  @Test
  void loneSurrogateAndNul_areText() {
    try (ModelFiles model = ModelFiles.open(folder.resolve("decoder"))) {
      assertArrayEquals(
          model.tokenizer().encodeText("a\uFFFDb\uFFFD").ids(),
          model.tokenizer().encodeText("a\uD83Db\uDE80").ids());
      assertArrayEquals(new int[] {'a', 0, 'b'}, model.tokenizer().encodeText("a\u0000b").ids());
    }
  }

  @Test
  void json_makesTheSameTokenizer() {
    try (ModelFiles model = ModelFiles.open(folder.resolve("encoder"));
        Tokenizer again = HfTokenizer.fromJson(model.tokenizer().json())) {
      assertArrayEquals(
          model.tokenizer().encodeText("hello there").ids(), again.encodeText("hello there").ids());
      assertArrayEquals(model.tokenizer().suffixIds(), again.suffixIds());
    }
  }

  @Test
  void manyThreads_getTheSameIds() {
    try (ModelFiles model = ModelFiles.open(folder.resolve("encoder"))) {
      Tokenizer tokenizer = model.tokenizer();
      String text = "many threads, one tokenizer. ".repeat(20);
      int[] ids = tokenizer.encodeText(text).ids();
      assertTrue(
          IntStream.range(0, 200)
              .parallel()
              .allMatch(i -> Arrays.equals(ids, tokenizer.encodeText(text).ids())));
    }
  }

  @Test
  void closedTokenizer_refuses() {
    Tokenizer tokenizer = HfTokenizer.fromJson(UNIGRAM.getBytes(StandardCharsets.UTF_8));
    tokenizer.close();
    tokenizer.close();
    assertThrows(IllegalStateException.class, () -> tokenizer.encodeText("a"));
  }

  @Test
  void sharedTokenizer_worksUntilTheLastIsClosed() {
    HfTokenizer first = HfTokenizer.fromJson(UNIGRAM.getBytes(StandardCharsets.UTF_8));
    HfTokenizer second = HfTokenizer.fromJson(first.json());
    first.close();
    assertArrayEquals(new int[] {2, 3, 4, 5}, second.encodeText("<s>").ids());
    second.close();
    assertThrows(IllegalStateException.class, () -> second.encodeText("<s>"));
    try (Tokenizer third = HfTokenizer.fromJson(UNIGRAM.getBytes(StandardCharsets.UTF_8))) {
      assertArrayEquals(new int[] {2, 3, 4, 5}, third.encodeText("<s>").ids());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{}",
        "{\"model\":{\"type\":\"BPE\"}}",
        "{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":4000000000},\"merges\":[]}}",
        "{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":-1},\"merges\":[]}}",
        "{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":0},\"merges\":[\"a b\"]}}",
        "{\"model\":{\"type\":\"Nonsense\",\"vocab\":{\"a\":0}}}",
        "{\"model\":{\"type\":\"Unigram\",\"unk_id\":9,\"vocab\":[[\"a\",0.0]]}}",
      })
  void damagedJson_isRefusedInOneLine(String json) {
    ModelException refused =
        assertThrows(
            ModelException.class,
            () -> HfTokenizer.fromJson(json.getBytes(StandardCharsets.UTF_8)).close());
    assertFalse(String.valueOf(refused.getMessage()).contains("\n"));
  }
}
