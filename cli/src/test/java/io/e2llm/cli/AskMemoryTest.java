package io.e2llm.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.e2llm.engine.TinyModels;
import io.e2llm.engine.bundle.AdapterBundles;
import io.e2llm.engine.files.ModelFiles;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A question about five megabytes, in a process with little memory. */
class AskMemoryTest {
  private static final int BYTES = 5_000_000;
  private static final int WORD = 20;

  @Test
  void fiveMegabytes_areAnsweredWithinASmallHeap(@TempDir Path folder) throws Exception {
    TinyModels.writeEncoder(folder.resolve("encoder"));
    TinyModels.writeDecoder(folder.resolve("decoder"));
    try (ModelFiles encoder = ModelFiles.open(folder.resolve("encoder"));
        ModelFiles decoder = ModelFiles.open(folder.resolve("decoder"))) {
      AdapterBundles.writeUntrained(
          folder.resolve("bundle"), AdapterBundles.untrained(encoder, decoder), 3);
    }
    Path text = writeText(folder.resolve("text"));

    JsonNode answer = ask(folder, text);

    JsonNode usage = answer.get("usage");
    assertFalse(answer.get("answer").asText().isEmpty());
    assertTrue(usage.get("context_tokens").asInt() >= BYTES / (2 * WORD + 2), usage.toString());
    assertTrue(usage.get("chunks").asInt() > 900, usage.toString());
    assertEquals(32, usage.get("ratio").asInt());
    assertTrue(usage.get("dropped_chunks").asInt() > 0, usage.toString());
    assertTrue(usage.get("dropped_chunks").asInt() < usage.get("chunks").asInt(), usage.toString());
    assertEquals(8, usage.get("completion_tokens").asInt());
  }

  /** Long words of letters that the tiny encoder does not know: one token each. */
  private static Path writeText(Path file) throws IOException {
    Random random = new Random(9);
    StringBuilder word = new StringBuilder();
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      for (int bytes = 0; bytes < BYTES; bytes += 2 * WORD + 1) {
        word.setLength(0);
        for (int i = 0; i < WORD; i++) {
          word.append((char) ('\u0430' + random.nextInt(32)));
        }
        out.append(word).append(random.nextInt(12) == 0 ? '.' : ' ');
      }
    }
    return file;
  }

  private static JsonNode ask(Path folder, Path text) throws Exception {
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx96m",
                    "-XX:MaxDirectMemorySize=128m",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "--enable-native-access=ALL-UNNAMED",
                    "-cp",
                    System.getProperty("java.class.path"),
                    "io.e2llm.cli.Main",
                    "ask",
                    "--json",
                    "--mode=soft",
                    "--max-tokens=8",
                    "--encoder=" + folder.resolve("encoder"),
                    "--decoder=" + folder.resolve("decoder"),
                    "--bundle=" + folder.resolve("bundle"),
                    text.toString(),
                    "What did it say?"))
            .redirectError(folder.resolve("errors").toFile())
            .redirectOutput(folder.resolve("answer").toFile())
            .start();
    try {
      process.getOutputStream().close();
      assertTrue(process.waitFor(170, TimeUnit.SECONDS), "did not end in time");
      assertEquals(0, process.exitValue(), Files.readString(folder.resolve("errors")));
      return new ObjectMapper().readTree(folder.resolve("answer").toFile());
    } finally {
      process.destroyForcibly();
    }
  }
}
