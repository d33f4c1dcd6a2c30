package io.e2llm.cli.texts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.e2llm.cli.CommandFailure;
import io.e2llm.engine.TinyModels;
import io.e2llm.engine.files.ModelFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SizedTextsTest {
  @TempDir private Path folder = Path.of("");

  @Test
  void tokenizerAtHand_countsExactly() throws IOException {
    TinyModels.writeDecoder(folder);
    try (ModelFiles files = ModelFiles.open(folder)) {
      TokenMeasure measure = new TokenMeasure.Exact(files.tokenizer());
      SizedTexts texts = new SizedTexts(new WordModel(), measure);

      int document = measure.count(texts.document(500, 3));
      int question = measure.count(texts.question(40, 3));

      assertTrue(document > 496 && document <= 500, "document of " + document);
      assertTrue(question > 36 && question <= 41, "question of " + question);
    }
  }

  @Test
  void withoutTokenizer_estimates() {
    TokenMeasure measure = new TokenMeasure.Estimate();
    SizedTexts texts = new SizedTexts(new WordModel(), measure);

    int document = measure.count(texts.document(500, 3));

    assertTrue(measure.estimated());
    assertTrue(document > 495 && document <= 500, "document of " + document);
  }

  @Test
  void words_fallInFrequencyAsTheirRankGrows() {
    WordModel model = new WordModel();
    SplittableRandom random = new SplittableRandom(5);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 4000; i++) {
      text.append(model.sentence(random)).append(' ');
    }
    Map<String, Long> counts =
        Arrays.stream(text.toString().toLowerCase(java.util.Locale.ROOT).split("[ .,]+", -1))
            .collect(Collectors.groupingBy(word -> word, Collectors.counting()));

    // Zipf and Mandelbrot: 1 / (rank + 2.7), here for ranks 1 and 9.
    double ratio = (double) counts.getOrDefault("the", 0L) / counts.getOrDefault("it", 1L);
    assertEquals(11.7 / 3.7, ratio, 0.6);
    assertTrue(counts.size() > 4000, "different words: " + counts.size());
  }

  @Test
  void file_givesItsSentences() throws IOException {
    Path file = folder.resolve("a.txt");
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 30; i++) {
      text.append("Sentence number ").append(i).append(" is\nhere. ");
    }
    Files.writeString(file, text);

    String sentence = FileText.read(file).sentence(new SplittableRandom(1));

    assertTrue(sentence.matches("Sentence number \\d+ is here\\."), sentence);
  }

  @Test
  void shortFile_isRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("b.txt"), "One. Two. Three.");

    CommandFailure failure = assertThrows(CommandFailure.class, () -> FileText.read(file));

    assertEquals(1, failure.status());
  }
}
