package io.e2llm.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's Java example, compiled and run as it stands there. */
final class ReadmeExampleTest {
  private static final Pattern JAVA_BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit sets it
  Path folder;

  @Test
  void exampleOfTheReadme_compilesForJava17AndPrintsAnAnswer() throws Exception {
    Path source = folder.resolve("Ask.java");
    Files.writeString(source, example());
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    String classPath = System.getProperty("java.class.path");
    Path classes = Files.createDirectories(folder.resolve("classes"));
    int compiled =
        compiler.run(
            null,
            null,
            null,
            "--release",
            "17",
            "-cp",
            classPath,
            "-d",
            classes.toString(),
            source.toString());
    assertEquals(0, compiled);

    Path context = folder.resolve("context.txt");
    Files.writeString(context, Texts.filler(3, 4_000));
    try (Fleet fleet = Fleet.start(folder, Fleet.tinyModels(folder), 1)) {
      Path output = folder.resolve("output.txt");
      Process process =
          new ProcessBuilder(
                  List.of(
                      Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                      "-cp",
                      classes + System.getProperty("path.separator") + classPath,
                      "Ask",
                      fleet.gateway().address(),
                      context.toString(),
                      "Who followed the river?"))
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      try {
        assertEquals(true, process.waitFor(60, TimeUnit.SECONDS), "the example did not end");
        String printed = Files.readString(output);
        assertEquals(0, process.exitValue(), printed);
        assertFalse(printed.isBlank());
      } finally {
        process.destroyForcibly();
      }
    }
  }

  private static String example() throws Exception {
    Matcher blocks = JAVA_BLOCK.matcher(Files.readString(Path.of("..", "README.md")));
    while (blocks.find()) {
      if (blocks.group(1).contains("public final class Ask")) {
        return blocks.group(1);
      }
    }
    throw new AssertionError("the README has no Java example named Ask");
  }
}
