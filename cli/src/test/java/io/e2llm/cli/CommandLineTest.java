package io.e2llm.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {
  private final CommandLines lines;

  CommandLineTest(@TempDir Path folder) {
    lines = new CommandLines(folder);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "ask",
        "chat",
        "up",
        "gateway",
        "encoder",
        "decoder",
        "models",
        "models list",
        "models pull",
        "models verify",
        "bench",
        "bench seed-bundle",
        "bench texts"
      })
  void help_isStatusZeroOnStandardOutput(String command) {
    CommandLines.Result result = lines.run((command + " --help").strip().split(" "));

    assertEquals(0, result.status());
    assertTrue(result.out().startsWith("Usage: " + ("e2llm " + command).strip()), result.out());
    assertEquals("", result.err());
  }

  @Test
  void nothing_isWrongUse() {
    CommandLines.Result result = lines.run();

    assertEquals(2, result.status());
    assertTrue(result.err().startsWith("e2llm: Missing required subcommand"), result.err());
  }

  @Test
  void unknownCommand_isWrongUse() {
    CommandLines.Result result = lines.run("aks");

    assertEquals(2, result.status());
    assertEquals(2, result.err().lines().count());
    assertEquals("", result.out());
  }

  @Test
  void failure_showsItsTraceOnlyWhenAsked() {
    assertEquals(1, lines.run("ask", "/no/file", "Who?").err().lines().count());
    assertTrue(lines.run("ask", "--verbose", "/no/file", "Who?").err().contains("\tat io.e2llm"));
  }
}
