package io.e2llm.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** {@code models pull} as processes of their own, from a hub on loopback. */
class PullProcessTest {
  private static final int BYTES = 600_000;
  private static final int HALF = 300_000;

  private final Path folder;
  private final byte[] content = new byte[BYTES];
  private final StallingHub hub;
  private final List<Process> started = new ArrayList<>();

  PullProcessTest(@TempDir Path folder) throws IOException {
    this.folder = folder;
    new Random(5).nextBytes(content);
    hub = new StallingHub(content, HALF);
  }

  @BeforeEach
  void writeCatalogue() throws Exception {
    String digest = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    Files.writeString(
        folder.resolve("own.json"),
        """
        {"version": 1, "models": [{"name": "mine", "kind": "decoder", "licence": "MIT",
         "load": "a.gguf", "sources": ["hf:org/mine@%s"],
         "files": [{"path": "a.gguf", "bytes": %d, "sha256": "%s"}]}]}
        """
            .formatted("0123456789abcdef0123456789abcdef01234567", BYTES, digest));
  }

  @AfterEach
  void stop() {
    started.forEach(Process::destroyForcibly);
    hub.close();
  }

  private Path installed() {
    return folder.resolve("home/models/mine/a.gguf");
  }

  private Path part() {
    return folder.resolve("home/models/.staging/mine/a.gguf.part");
  }

  private Process pull(String... shell) throws IOException {
    List<String> command = new ArrayList<>(List.of(shell));
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xshare:auto",
            "-XX:TieredStopAtLevel=1",
            "-XX:-UsePerfData",
            "-cp",
            System.getProperty("java.class.path"),
            "io.e2llm.cli.Main",
            "models",
            "pull",
            "mine"));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("E2LLM_HOME", folder.resolve("home").toString());
    builder.environment().put("E2LLM_CATALOGUE", folder.resolve("own.json").toString());
    builder.environment().put("HF_ENDPOINT", hub.address());
    Process process = builder.start();
    started.add(process);
    return process;
  }

  private static BufferedReader lines(Process process) {
    return new BufferedReader(
        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /** Reads until a line of this beginning; fails when the output ends first. */
  private static void awaitLine(BufferedReader lines, String begin) throws IOException {
    StringBuilder all = new StringBuilder();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      all.append(line).append('\n');
      if (line.startsWith(begin)) {
        return;
      }
    }
    throw new AssertionError("no line \"" + begin + "\" in: " + all);
  }

  /** Waits until all that the hub gives at first has been written. */
  private void awaitPart() throws IOException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!Files.exists(part()) || Files.size(part()) < HALF) {
      assertTrue(System.nanoTime() < deadline, "the first half was not written");
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
  }

  private static void assertDone(Process process) throws InterruptedException {
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    assertEquals(0, process.exitValue());
  }

  @Test
  void twoProcesses_fetchOnce() throws Exception {
    Process first = pull();
    BufferedReader firstLines = lines(first);
    hub.awaitRequest();
    Process second = pull();
    BufferedReader secondLines = lines(second);
    awaitLine(secondLines, "another process fetches mine; waiting for it");
    hub.goOn();

    awaitLine(firstLines, "mine  " + installed());
    awaitLine(secondLines, "mine  " + installed());
    assertDone(first);
    assertDone(second);
    assertEquals(List.of(0), hub.requests);
    assertArrayEquals(content, Files.readAllBytes(installed()));
  }

  @Test
  void killedProcess_isResumedByTheNext() throws Exception {
    Process killed = pull();
    hub.awaitRequest();
    awaitPart();
    killed.destroyForcibly().waitFor();
    assertFalse(Files.exists(installed()));
    hub.goOn();

    assertDone(pull());

    assertEquals(List.of(0, HALF), hub.requests);
    assertArrayEquals(content, Files.readAllBytes(installed()));
    assertFalse(Files.exists(part()));
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "the limit on file sizes is Linux's")
  void fileSystemThatTakesNoMore_isTold_andTheRestComesLater() throws Exception {
    hub.goOn();
    Process limited = pull("sh", "-c", "ulimit -f 400; exec \"$@\"", "sh");
    List<String> printed = lines(limited).lines().toList();

    assertTrue(limited.waitFor(60, TimeUnit.SECONDS));
    assertEquals(1, limited.exitValue(), printed.toString());
    assertTrue(
        printed
            .getLast()
            .startsWith("e2llm: model mine: cannot write to " + folder.resolve("home") + ": "),
        printed.toString());
    assertEquals(1, printed.stream().filter(line -> line.startsWith("e2llm: ")).count());
    assertFalse(Files.exists(installed()));

    assertDone(pull());
    assertTrue(hub.requests.getLast() > 0, hub.requests.toString());
    assertArrayEquals(content, Files.readAllBytes(installed()));
  }
}
