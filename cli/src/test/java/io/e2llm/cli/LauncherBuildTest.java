package io.e2llm.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * How the launcher builds, with a Maven that says through one pipe that it builds and waits at
 * another for how to end, and a JDK whose java prints its last two arguments.
 */
@EnabledOnOs(value = OS.LINUX, disabledReason = "the tools are those of Linux")
@Timeout(value = 170, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LauncherBuildTest {
  private final Path folder;
  private final Path project;
  private final List<Process> started = new ArrayList<>();

  LauncherBuildTest(@TempDir Path folder) throws IOException {
    this.folder = folder.toRealPath();
    project = Files.createDirectories(this.folder.resolve("project"));
    Files.createDirectories(project.resolve("cli/src/main"));
    Files.copy(Path.of("..", "e2llm"), project.resolve("e2llm"));
    Files.writeString(project.resolve("pom.xml"), "<project/>");
    for (String tool : List.of("java", "javac")) {
      script("jdk/bin/" + tool, "shift $(($# - 2)); echo \"ran $*\"; cat");
    }
    Files.writeString(this.folder.resolve("jdk/release"), "JAVA_VERSION=\"25.0.1\"\n");
    script(
        "bin/mvn",
        """
        echo run >> "$MAVEN_RUNS"
        echo building > "$MAVEN_TELLS"
        read -r outcome < "$MAVEN_WAITS"
        [ "$outcome" = good ] || { echo "[ERROR] it is broken"; exit 1; }
        mkdir -p cli/target/lib
        : > cli/target/lib/e2llm-engine-1.jar
        : > cli/target/e2llm-cli-1.jar
        """);
    for (String pipe : List.of("tells", "waits")) {
      assertDone(new ProcessBuilder("mkfifo", this.folder.resolve(pipe).toString()).start());
    }
  }

  @AfterEach
  void stop() {
    for (Process process : started) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private void script(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.resolveSibling("."));
    Files.writeString(file, "#!/bin/sh\n" + text + "\n");
    assertTrue(file.toFile().setExecutable(true));
  }

  private static void assertDone(Process process) {
    try {
      assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    assertEquals(0, process.exitValue());
  }

  private Process launch(boolean withLock) throws IOException {
    String path = folder.resolve("bin") + ":" + (withLock ? "/usr/bin:/bin" : tools());
    ProcessBuilder builder =
        new ProcessBuilder(project.resolve("e2llm").toString(), "models", "list")
            .redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().put("PATH", path);
    builder.environment().put("JAVA_HOME", folder.resolve("jdk").toString());
    builder.environment().put("MAVEN_RUNS", folder.resolve("runs").toString());
    builder.environment().put("MAVEN_TELLS", folder.resolve("tells").toString());
    builder.environment().put("MAVEN_WAITS", folder.resolve("waits").toString());
    Process process = builder.start();
    process.getOutputStream().close();
    started.add(process);
    return process;
  }

  /** A folder with the tools of this machine, but flock. */
  private Path tools() throws IOException {
    Path tools = folder.resolve("tools");
    if (!Files.exists(tools)) {
      Files.createDirectories(tools);
      for (String name :
          List.of(
              "sh",
              "env",
              "cat",
              "cp",
              "date",
              "dirname",
              "find",
              "grep",
              "head",
              "ln",
              "mkdir",
              "mv",
              "readlink",
              "rm",
              "sed",
              "sleep")) {
        Path tool = Path.of("/usr/bin", name);
        Files.createSymbolicLink(
            tools.resolve(name), Files.exists(tool) ? tool : Path.of("/bin", name));
      }
    }
    return tools;
  }

  private void awaitMaven() throws IOException {
    assertEquals("building\n", Files.readString(folder.resolve("tells")));
  }

  private void letMaven(String outcome) throws IOException {
    Files.writeString(folder.resolve("waits"), outcome + "\n");
  }

  private long mavenRuns() throws IOException {
    return Files.readAllLines(folder.resolve("runs")).size();
  }

  private static String awaitLine(BufferedReader lines, String begin) throws IOException {
    String line = lines.readLine();
    while (line != null && !line.startsWith(begin)) {
      line = lines.readLine();
    }
    return String.valueOf(line);
  }

  private static BufferedReader lines(Process process) {
    return new BufferedReader(
        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  private void twoAtOnce(boolean withLock) throws Exception {
    Process first = launch(withLock);
    awaitMaven();
    Process second = launch(withLock);
    BufferedReader waiting = lines(second);
    assertEquals(
        "e2llm: another process builds; waiting for it", awaitLine(waiting, "e2llm: another"));
    letMaven("good");

    assertEquals("ran models list", awaitLine(lines(first), "ran"));
    assertEquals("ran models list", awaitLine(waiting, "ran"));
    assertDone(first);
    assertDone(second);
    assertEquals(1, mavenRuns());
  }

  @Test
  void twoAtOnce_buildOnce() throws Exception {
    twoAtOnce(true);
  }

  @Test
  void twoAtOnceWithoutFlock_buildOnce() throws Exception {
    twoAtOnce(false);
  }

  private void builderKilled(boolean withLock) throws Exception {
    Process killed = launch(withLock);
    awaitMaven();
    killed.descendants().forEach(ProcessHandle::destroyForcibly);
    killed.destroyForcibly().waitFor();
    assertFalse(Files.exists(project.resolve(".e2llm-build/current")));

    Process next = launch(withLock);
    awaitMaven();
    letMaven("good");

    assertEquals("ran models list", awaitLine(lines(next), "ran"));
    assertDone(next);
    assertEquals(2, mavenRuns());
  }

  @Test
  void builderKilled_theNextBuilds() throws Exception {
    builderKilled(true);
  }

  @Test
  void builderKilledWithoutFlock_theNextBuilds() throws Exception {
    builderKilled(false);
  }

  @Test
  void brokenBuild_isToldAndTriedAgain() throws Exception {
    Process broken = launch(true);
    awaitMaven();
    letMaven("bad");
    BufferedReader lines = lines(broken);
    assertEquals("[ERROR] it is broken", awaitLine(lines, "[ERROR]"));
    assertEquals(
        "e2llm: the build failed; all of it is in " + project.resolve(".e2llm-build/build.log"),
        awaitLine(lines, "e2llm: the build failed"));
    assertEquals(1, broken.waitFor());

    Process next = launch(true);
    awaitMaven();
    letMaven("good");
    assertDone(next);
  }

  @Test
  void builtProject_isNotBuiltAgain() throws Exception {
    Process first = launch(true);
    awaitMaven();
    letMaven("good");
    assertDone(first);

    assertDone(launch(true));

    assertEquals(1, mavenRuns());
  }
}
