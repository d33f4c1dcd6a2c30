package io.e2llm.engine.catalogue;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Runs another program in an empty folder of its own, its output in a file. The program is ended
 * with this method and with this process, whichever comes first.
 */
final class ToolRun {
  private static final long TICK_MILLIS = 200;

  /**
   * How a run ended.
   *
   * @param status exit status
   * @param output the last lines of what it printed
   */
  record Outcome(int status, String output) {}

  private ToolRun() {}

  /**
   * Runs {@code command} until it ends or {@code goOn}, asked five times a second, says no.
   *
   * @param folder working folder; the log is written there as {@code log}
   * @throws FetchException when the program is not there, or was ended because of {@code goOn}
   */
  static Outcome run(
      List<String> command, Map<String, String> environment, Path folder, BooleanSupplier goOn)
      throws IOException, InterruptedException {
    Path log = folder.resolve("log");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().putAll(environment);
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new FetchException("needs " + command.getFirst() + ", which was not found", e);
    }
    process.getOutputStream().close();
    Thread hook = new Thread(process::destroyForcibly);
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      while (!process.waitFor(TICK_MILLIS, TimeUnit.MILLISECONDS)) {
        if (!goOn.getAsBoolean()) {
          throw new FetchException("does not answer");
        }
      }
      return new Outcome(process.exitValue(), Files.readString(log, Charset.defaultCharset()));
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      removeHook(hook);
    }
  }

  private static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is going down, and the hook with it.
    }
  }
}
