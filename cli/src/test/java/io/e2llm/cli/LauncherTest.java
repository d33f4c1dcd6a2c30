package io.e2llm.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The search for a JDK, among folders that look like some. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "the folders are those of Linux")
class LauncherTest {
  private static final Path LAUNCHER = Path.of("..", "e2llm").toAbsolutePath().normalize();

  private final Path folder;
  private final Map<String, String> environment = new HashMap<>();

  LauncherTest(@TempDir Path folder) throws IOException {
    this.folder = folder.toRealPath();
    environment.put("PATH", "/usr/bin:/bin");
    environment.put("HOME", folder.resolve("home").toString());
    environment.put("E2LLM_JVM_FOLDER", folder.resolve("jvm").toString());
  }

  private Path jdk(String name, String version) throws IOException {
    Path jdk = folder.resolve(name);
    Files.createDirectories(jdk.resolve("bin"));
    for (String tool : new String[] {"java", "javac"}) {
      Files.writeString(
          jdk.resolve("bin").resolve(tool), "#!/bin/sh\necho 'openjdk version \"22.0.1\"' >&2\n");
      assertTrue(jdk.resolve("bin").resolve(tool).toFile().setExecutable(true));
    }
    if (!version.isEmpty()) {
      Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    }
    return jdk;
  }

  private String which(Path launcher, int status) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(launcher.toString(), "--which-jdk")
            .directory(folder.toFile())
            .redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().putAll(environment);
    Process process = builder.start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertEquals(status, process.waitFor(), output);
    return output;
  }

  @Test
  void javaHome_comesFirst() throws Exception {
    jdk("jvm/a", "25");
    Path home = jdk("here", "21.0.4");
    environment.put("JAVA_HOME", home.toString());

    assertEquals(home.toString(), which(LAUNCHER, 0));
  }

  @Test
  void oldJavaHome_isPassedOver() throws Exception {
    environment.put("JAVA_HOME", jdk("here", "17.0.9").toString());
    Path newer = jdk("jvm/temurin-25", "25.0.1");
    jdk("jvm/java-11", "11.0.2");

    assertEquals(newer.toString(), which(LAUNCHER, 0));
  }

  @Test
  void javaOnPath_isFoundThroughLinks() throws Exception {
    Path jdk = jdk("opt/jdk", "23");
    Files.createDirectories(folder.resolve("bin"));
    Files.createSymbolicLink(folder.resolve("bin/java"), jdk.resolve("bin/java"));
    environment.put("PATH", folder.resolve("bin") + ":/usr/bin:/bin");
    jdk("jvm/a", "25");

    assertEquals(jdk.toString(), which(LAUNCHER, 0));
  }

  @Test
  void sdkman_isLookedIn() throws Exception {
    Path jdk = jdk("home/.sdkman/candidates/java/21.0.2-tem", "21.0.2");

    assertEquals(jdk.toString(), which(LAUNCHER, 0));
  }

  @Test
  void jdkWithoutReleaseFile_isAsked() throws Exception {
    Path jdk = jdk("jvm/odd", "");

    assertEquals(jdk.toString(), which(LAUNCHER, 0));
  }

  @Test
  void runtimeWithoutCompiler_isNoJdk() throws Exception {
    Files.delete(jdk("jvm/jre", "25").resolve("bin/javac"));

    assertTrue(which(LAUNCHER, 1).startsWith("e2llm: needs a JDK 21 or newer"));
  }

  @Test
  void nothingFound_saysWhatToInstall() throws Exception {
    assertEquals(
        "e2llm: needs a JDK 21 or newer: install one (for example Temurin 25) or set JAVA_HOME to"
            + " it",
        which(LAUNCHER, 1));
  }

  @Test
  void link_worksFromAnywhere() throws Exception {
    Path jdk = jdk("jvm/a", "21");
    Path link = Files.createSymbolicLink(folder.resolve("e2llm"), LAUNCHER);

    assertEquals(jdk.toString(), which(link, 0));
  }
}
