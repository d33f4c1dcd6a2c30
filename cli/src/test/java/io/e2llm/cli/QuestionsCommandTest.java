package io.e2llm.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.e2llm.engine.TinyModels;
import io.e2llm.trainer.data.Document;
import io.e2llm.trainer.data.Document.Question;
import io.e2llm.trainer.data.DocumentFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code e2llm questions}: what it writes is what {@code e2llm eval} reads. */
class QuestionsCommandTest {
  @TempDir static Path folder = Path.of("");

  private final CommandLines lines = new CommandLines(folder.resolve("home"));

  @BeforeAll
  static void writeModels() {
    TinyModels.writeEncoder(folder.resolve("encoder"));
    TinyModels.writeDecoder(folder.resolve("decoder"));
  }

  private CommandLines.Result questions(String kind, String... more) {
    List<String> arguments = new ArrayList<>(List.of("questions", kind));
    arguments.add("--decoder-model=" + folder.resolve("decoder"));
    arguments.addAll(List.of(more));
    return lines.run(arguments.toArray(String[]::new));
  }

  @Test
  void variables_areWrittenAndEvaluated() throws IOException {
    Path file = folder.resolve("variables.jsonl");
    CommandLines.Result made =
        questions("variables", "--tokens=1k", "--count=3", "--hops=2", "--seed=5", "" + file);
    assertEquals(0, made.status(), made::err);
    assertTrue(made.out().startsWith(file + ": 3 questions about contexts of 9"), made::out);
    List<Document> read = DocumentFile.read(file);
    assertEquals(3, read.size());
    for (Document document : read) {
      Question question = document.questions().getFirst();
      assertEquals(3, question.parts().size());
      question.parts().forEach(part -> assertTrue(document.context().contains("VAR " + part)));
    }
    String first = Files.readString(file);
    questions("variables", "--tokens=1k", "--count=3", "--hops=2", "--seed=5", "" + file);
    assertEquals(first, Files.readString(file));

    CommandLines.Result evaluated =
        lines.run(
            "eval",
            "--encoder=" + folder.resolve("encoder"),
            "--decoder=" + folder.resolve("decoder"),
            "--modes=text",
            "--answer-tokens=4",
            file.toString());
    assertEquals(0, evaluated.status(), evaluated::err);
    assertTrue(evaluated.out().contains("| text | 3 | "), evaluated::out);
  }

  @Test
  void passages_areWrittenWithAllRightAnswers() throws IOException {
    StringBuilder source = new StringBuilder();
    for (int i = 0; i < 30; i++) {
      source.append(
          """
          {"context": "Person %d lives in house %d.", "prompt": "Where does person %d live?", \
          "answer": "house %d", "answers": ["%d"]}
          """
              .formatted(i, i + 100, i, i + 100, i + 100));
    }
    Path from = Files.writeString(folder.resolve("from.jsonl"), source);
    Path file = folder.resolve("passages.jsonl");
    CommandLines.Result made =
        questions("passages", "--from=" + from, "--tokens=400", "--count=4", file.toString());
    assertEquals(0, made.status(), made::err);
    for (Document document : DocumentFile.read(file)) {
      Question question = document.questions().getFirst();
      assertEquals(2, question.answers().size());
      assertTrue(document.context().contains("lives in " + question.answer() + "."));
      assertTrue(document.context().split("\n\n", -1).length > 8, document::context);
    }
  }

  @Test
  void wrongUse_isTold() {
    String file = folder.resolve("x.jsonl").toString();
    assertFails(2, "--tokens: 5 is no number", questions("variables", "--tokens=5", file));
    assertFails(2, "--count is not within", questions("variables", "--count=0", file));
    assertFails(2, "--hops is not within", questions("variables", "--hops=-1", file));
    assertFails(2, "ends in .jsonl", questions("variables", folder.resolve("x.txt").toString()));
    assertFails(
        2,
        "no file can be written",
        questions("variables", folder.resolve("no/x.jsonl").toString()));
    assertFails(
        2, "too small for so many", questions("variables", "--hops=90", "--tokens=500", file));
    assertFails(2, "--from", questions("passages", file));
    assertFails(
        1, "no such file", questions("passages", "--from=" + folder.resolve("none.jsonl"), file));
    assertTrue(Files.notExists(folder.resolve("x.jsonl")));
  }

  private static void assertFails(int status, String why, CommandLines.Result result) {
    assertEquals(status, result.status(), result::err);
    assertTrue(result.err().contains(why), result::err);
  }
}
