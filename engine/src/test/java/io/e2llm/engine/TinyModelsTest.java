package io.e2llm.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.e2llm.engine.files.ModelFiles;
import io.e2llm.engine.tokenizer.Encoding;
import io.e2llm.engine.tokenizer.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TinyModelsTest {
  private final Path folder;

  TinyModelsTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void encoder_opensAndTokenizesAllOfAscii() {
    TinyModels.writeEncoder(folder);
    String ascii =
        IntStream.range(' ', 127).mapToObj(Character::toString).collect(Collectors.joining());
    try (ModelFiles model = ModelFiles.open(folder)) {
      Tokenizer tokenizer = model.tokenizer();
      Encoding encoding = tokenizer.encodeText(ascii);
      int unknown = tokenizer.idOf("[UNK]").orElseThrow();
      assertFalse(Arrays.stream(encoding.ids()).anyMatch(id -> id == unknown));
      assertEquals(94, encoding.size());
      assertEquals(1, tokenizer.prefixIds().length);
      assertEquals(1, tokenizer.suffixIds().length);
      assertEquals("bert", model.family());
      assertEquals(
          List.of((long) tokenizer.vocabularySize(), (long) TinyModels.HIDDEN),
          Objects.requireNonNull(model.weights().tensors().get("embeddings.word_embeddings.weight"))
              .shape());
      assertEquals(512, model.sentenceEncoder().orElseThrow().maxTokens());
    }
  }

  @Test
  void decoder_opensAndHasATokenForEachByte() {
    TinyModels.writeDecoder(folder);
    String text = "é <|im_end|> 漢";
    try (ModelFiles model = ModelFiles.open(folder)) {
      Tokenizer tokenizer = model.tokenizer();
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      Encoding encoding = tokenizer.encodeText(text);
      assertEquals(utf8.length, encoding.size());
      byte[] back = new byte[utf8.length];
      for (int i = 0; i < back.length; i++) {
        back[i] = tokenizer.bytesOf(encoding.ids()[i])[0];
      }
      assertArrayEquals(utf8, back);
      assertArrayEquals(new int[] {258}, tokenizer.encodeTemplate("<|im_end|>").ids());
      assertEquals(Set.of(256, 258), model.endTokens());
      assertEquals(259, tokenizer.vocabularySize());
      assertEquals("<|im_end|>", model.chatTemplate().orElseThrow().eosToken());
    }
  }

  @Test
  void twoWritings_haveOneDigest() {
    TinyModels.writeDecoder(folder.resolve("a"));
    TinyModels.writeDecoder(folder.resolve("b"));
    try (ModelFiles a = ModelFiles.open(folder.resolve("a"));
        ModelFiles b = ModelFiles.open(folder.resolve("b"))) {
      assertEquals(a.digest(), b.digest());
      assertEquals(64, a.digest().length());
    }
  }
}
