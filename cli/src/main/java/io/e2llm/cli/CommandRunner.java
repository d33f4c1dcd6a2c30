package io.e2llm.cli;

import io.e2llm.cli.terminal.Screen;
import io.e2llm.common.config.ConfigException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Runs a command line: parses it, runs the command, turns failures into one line and a status. */
final class CommandRunner {
  private final CommandContext context;

  CommandRunner(CommandContext context) {
    this.context = context;
  }

  /** The exit status: 0 done, 1 failed, 2 wrong use. */
  int run(String... args) {
    CommandLine line = new CommandLine(new RootCommand(), new CommandFactory(context));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setColorScheme(
        CommandLine.Help.defaultColorScheme(
            context.screen().outIsTerminal() ? Ansi.AUTO : Ansi.OFF));
    line.setUsageHelpWidth(Math.clamp(context.screen().columns(), 60, 120));
    line.setUsageHelpAutoWidth(false);
    StringWriter out = new StringWriter();
    line.setOut(new PrintWriter(out));
    line.setParameterExceptionHandler((e, given) -> wrongUse(e));
    line.setExecutionExceptionHandler(this::failed);
    int status = execute(line, args);
    if (!out.getBuffer().isEmpty()) {
      context.screen().write(out.toString());
    }
    return status;
  }

  /** An error ends the program too: some of its threads would keep a process without a main. */
  private int execute(CommandLine line, String... args) {
    try {
      return line.execute(args);
    } catch (Error e) {
      context.screen().note("e2llm: " + FailureText.of(e));
      if (Arrays.asList(args).contains("--verbose")) {
        context.screen().note(StackTraceText.of(e));
      }
      return 1;
    }
  }

  private int wrongUse(ParameterException e) {
    Screen screen = context.screen();
    screen.note("e2llm: " + FailureText.oneLine(String.valueOf(e.getMessage())));
    screen.note("Try: " + e.getCommandLine().getCommandSpec().qualifiedName() + " --help");
    return 2;
  }

  private int failed(Exception e, CommandLine line, ParseResult result) {
    boolean verbose = result.originalArgs().contains("--verbose");
    context.screen().note("e2llm: " + FailureText.of(e));
    if (verbose) {
      context.screen().note(StackTraceText.of(e));
    }
    return switch (e) {
      case CommandFailure failure -> failure.status();
      case ConfigException problems -> 2;
      default -> 1;
    };
  }
}
