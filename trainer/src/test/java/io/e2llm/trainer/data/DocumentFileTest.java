package io.e2llm.trainer.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.e2llm.trainer.TrainingException;
import io.e2llm.trainer.data.Document.Question;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DocumentFileTest {
  @SuppressWarnings("NullAway.Init") // the extension sets it
  @TempDir
  private Path folder;

  @SuppressWarnings("NullAway.Init") // the extension sets the folder
  DocumentFileTest() {}

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  @Test
  void linesOfTheSameContext_areOneDocument() throws IOException {
    Path file =
        file(
            "a.jsonl",
            """
            {"context": "one", "prompt": "p", "answer": "a", "answers": ["a", "b"], "id": 7}

            {"context": "two", "questions": [{"prompt": "q", "answer": "c"}]}
            {"context": "one", "prompt": "r", "answer": "d"}
            {"context": "three"}
            {"context": "four", "prompt": "s", "answer": "e, f", "parts": ["e", "f"]}
            """);
    assertEquals(
        List.of(
            new Document(
                "one",
                List.of(
                    new Question("p", "a", List.of("a", "b")),
                    new Question("r", "d", List.of("d")))),
            new Document("two", List.of(new Question("q", "c", List.of("c")))),
            new Document("three", List.of()),
            new Document(
                "four", List.of(new Question("s", "e, f", List.of("e, f"), List.of("e", "f"))))),
        DocumentFile.read(file));
  }

  @Test
  void anyOtherFile_isOneDocument() throws IOException {
    assertEquals(
        List.of(new Document("{not json}\n", List.of())),
        DocumentFile.read(file("a.txt", "{not json}\n")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"context\": \"c\", | a.jsonl:1: ",
        "[1] | a.jsonl:1: not a JSON object",
        "{\"prompt\": \"p\", \"answer\": \"a\"} | a.jsonl:1: context: a text is wanted",
        "{\"context\": \" \"} | a.jsonl:1: context: a text is wanted",
        "{\"context\": \"c\", \"prompt\": \"p\"} | a.jsonl:1: answer: a text is wanted",
        "{\"context\": \"c\", \"questions\": 3} | a.jsonl:1: questions: a list is wanted",
        "{\"context\": \"c\", \"questions\": [{\"prompt\": 1, \"answer\": \"a\"}]} | a.jsonl:1:"
            + " questions[0]: prompt: a text is wanted",
        "{\"context\": \"c\", \"prompt\": \"p\", \"answer\": \"a\", \"parts\": [1]} | a.jsonl:1:"
            + " parts: texts are wanted",
      })
  void unreadableLine_isToldWithFileLineAndField(String line, String message) throws IOException {
    Path file = file("a.jsonl", line + "\n");
    String told =
        String.valueOf(
            assertThrows(TrainingException.class, () -> DocumentFile.read(file)).getMessage());
    assertEquals(
        message.strip(), told.substring(0, Math.min(told.length(), message.strip().length())));
  }

  @Test
  void fileThatCannotBeRead_isNamed() throws IOException {
    assertMessage("none.jsonl: no such file", folder.resolve("none.jsonl"));
    assertMessage("empty.jsonl: no lines in it", file("empty.jsonl", "\n"));
    assertMessage("empty.txt: no text in it", file("empty.txt", " "));
    Path latin = folder.resolve("latin.txt");
    Files.write(latin, "caf\u00e9".getBytes(StandardCharsets.ISO_8859_1));
    assertMessage("latin.txt: not UTF-8", latin);
  }

  private static void assertMessage(String message, Path file) {
    assertEquals(
        message, assertThrows(TrainingException.class, () -> DocumentFile.read(file)).getMessage());
  }
}
