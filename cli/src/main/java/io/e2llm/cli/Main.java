package io.e2llm.cli;

import io.e2llm.cli.terminal.Screen;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/** The {@code e2llm} program. */
public final class Main {
  private static final int COLUMNS = 80;

  private Main() {}

  /** Runs the command line and ends the process with its status. */
  public static void main(String[] args) {
    QuietLog.install(Arrays.asList(args).contains("--verbose"));
    Map<String, String> environment = System.getenv();
    Screen screen =
        new Screen(
            stream(FileDescriptor.out),
            stream(FileDescriptor.err),
            terminal(environment, "E2LLM_TTY_OUT"),
            terminal(environment, "E2LLM_TTY_ERR"),
            columns(environment));
    CommandContext context =
        new CommandContext(
            screen,
            System.in,
            environment,
            System.getProperty("os.name", ""),
            Path.of(System.getProperty("user.home", ".")));
    Runtime.getRuntime().addShutdownHook(new Thread(screen::abandon, "e2llm-screen"));
    int status = new CommandRunner(context).run(args);
    screen.erase();
    System.exit(status);
  }

  private static PrintStream stream(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), false, StandardCharsets.UTF_8);
  }

  /** The launcher tells which streams are terminals: Java can only tell of all together. */
  private static boolean terminal(Map<String, String> environment, String name) {
    return "1".equals(environment.get(name));
  }

  private static int columns(Map<String, String> environment) {
    try {
      return Math.clamp(Integer.parseInt(environment.getOrDefault("COLUMNS", "")), 20, 1000);
    } catch (NumberFormatException e) {
      return COLUMNS;
    }
  }
}
