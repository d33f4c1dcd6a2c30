package io.e2llm.cli;

import io.e2llm.cli.terminal.Screen;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import picocli.CommandLine;

/** Runs command lines as a script would, and keeps what they print. */
final class CommandLines {
  private final Map<String, String> environment = new HashMap<>();
  private InputStream input = InputStream.nullInputStream();

  /**
   * How a run ended.
   *
   * @param status exit status
   * @param out what went to standard output
   * @param err what went to standard error
   */
  record Result(int status, String out, String err) {}

  /** Command lines of a user whose models are below {@code home}. */
  CommandLines(Path home) {
    environment.put("E2LLM_HOME", home.toString());
  }

  CommandLines with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  CommandLines input(byte[] bytes) {
    return input(new ByteArrayInputStream(bytes));
  }

  CommandLines input(InputStream stream) {
    input = stream;
    return this;
  }

  Result run(String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Screen screen = new Screen(stream(out), stream(err), false, false, 80);
    int status = new CommandRunner(context(screen)).run(args);
    return new Result(
        status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /** The parser of command lines, which runs nothing. */
  static CommandLine parser() {
    ByteArrayOutputStream nowhere = new ByteArrayOutputStream();
    Screen screen = new Screen(stream(nowhere), stream(nowhere), false, false, 80);
    return new CommandLine(
        new RootCommand(),
        new CommandFactory(new CommandLines(Path.of("/nowhere")).context(screen)));
  }

  private CommandContext context(Screen screen) {
    return new CommandContext(screen, input, environment, "Linux", Path.of("/nowhere"));
  }

  /** Starts a command that goes on until it is stopped. */
  Running start(String... args) {
    Running running = new Running();
    PrintStream out = new PrintStream(running.bytes, true, StandardCharsets.UTF_8);
    CommandContext context = context(new Screen(out, out, false, false, 80));
    running.thread =
        Thread.ofPlatform().start(() -> running.status = new CommandRunner(context).run(args));
    return running;
  }

  /** A command under way. */
  static final class Running implements AutoCloseable {
    private final Printed bytes = new Printed();
    private Thread thread = Thread.currentThread();
    private volatile int status = -1;

    /** Waits for text among what it printed, and returns all of it. */
    String await(String text) throws InterruptedException {
      return bytes.await(text, thread);
    }

    /** Its exit status, once it has ended. */
    int status() throws InterruptedException {
      thread.join();
      return status;
    }

    @Override
    public void close() {
      thread.interrupt();
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Collects bytes and lets others wait for a text. */
  private static final class Printed extends OutputStream {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    @Override
    public synchronized void write(int b) {
      bytes.write(b);
      if (b == '\n') {
        notifyAll();
      }
    }

    synchronized String await(String text, Thread printer) throws InterruptedException {
      while (!bytes.toString(StandardCharsets.UTF_8).contains(text)) {
        if (!printer.isAlive()) {
          throw new AssertionError("ended without: " + text + ": " + bytes);
        }
        wait(200);
      }
      return bytes.toString(StandardCharsets.UTF_8);
    }
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }
}
