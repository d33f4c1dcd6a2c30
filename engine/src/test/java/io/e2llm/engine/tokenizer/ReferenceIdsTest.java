package io.e2llm.engine.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.e2llm.engine.Reference;
import io.e2llm.engine.TestModels;
import io.e2llm.engine.files.ModelFiles;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The default models' tokenizers against the reference. */
final class ReferenceIdsTest {
  @Test
  void decoderStrings_haveTheReferenceIds() {
    try (ModelFiles model = ModelFiles.open(TestModels.decoderFile())) {
      check(model.tokenizer(), Reference.models().path("decoder_tokenizer"));
    }
  }

  @Test
  void encoderStrings_haveTheReferenceIds() {
    try (ModelFiles model = ModelFiles.open(TestModels.encoderFolder())) {
      check(model.tokenizer(), Reference.models().path("encoder_tokenizer"));
    }
  }

  private static void check(Tokenizer tokenizer, JsonNode cases) {
    assertEquals(26, cases.size());
    for (JsonNode one : cases) {
      String text = one.path("text").asText();
      assertArrayEquals(
          Reference.ints(one.path("ids")), whole(tokenizer, tokenizer.encodeTemplate(text)), text);
      assertArrayEquals(
          Reference.ints(one.path("ids_as_text")),
          whole(tokenizer, tokenizer.encodeText(text)),
          text);
    }
  }

  private static int[] whole(Tokenizer tokenizer, Encoding encoding) {
    return Stream.of(tokenizer.prefixIds(), encoding.ids(), tokenizer.suffixIds())
        .flatMapToInt(IntStream::of)
        .toArray();
  }
}
