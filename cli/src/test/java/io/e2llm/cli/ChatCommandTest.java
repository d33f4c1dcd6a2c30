package io.e2llm.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.e2llm.gateway.v1.ChatMessage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChatCommandTest {
  @Test
  void questions_areAskedWithWhatWasSaidBefore(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("a.txt"), "text");
    try (FakeGateway gateway = new FakeGateway()) {
      CommandLines.Result result =
          new CommandLines(folder)
              .input("One?\n\nTwo?\n/quit\nThree?\n".getBytes(StandardCharsets.UTF_8))
              .run("chat", "--gateway", gateway.address(), file.toString());

      assertEquals(0, result.status());
      assertEquals(2, result.out().lines().count());
      assertEquals(
          List.of("One?", "The answer.", "Two?"),
          gateway.requests.getLast().getMessagesList().stream()
              .map(ChatMessage::getContent)
              .toList());
      assertEquals("texttext", gateway.context());
    }
  }

  @Test
  void standardInputAsContext_isWrongUse(@TempDir Path folder) {
    CommandLines.Result result = new CommandLines(folder).run("chat", "-");

    assertEquals(2, result.status());
    assertEquals(
        "e2llm: chat reads questions from standard input: give files", result.err().strip());
  }

  @Test
  void pipeAsContext_isWrongUse(@TempDir Path folder) {
    CommandLines.Result result = new CommandLines(folder).run("chat", "/dev/null");

    assertEquals(2, result.status());
    assertEquals(
        "e2llm: /dev/null: chat reads its files again with each question; this is no file",
        result.err().strip());
  }
}
