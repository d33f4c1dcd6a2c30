package io.e2llm.cli.ask;

import io.e2llm.cli.CommandFailure;
import java.io.IOException;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jspecify.annotations.Nullable;

/** Questions typed on a terminal, with editing and history. Ctrl-C stops an answer, Ctrl-D ends. */
final class TypedQuestions implements QuestionSource {
  private final Terminal terminal;
  private final LineReader reader;
  private volatile Runnable interrupted = () -> {};

  private TypedQuestions(Terminal terminal) {
    this.terminal = terminal;
    this.reader = LineReaderBuilder.builder().terminal(terminal).appName("e2llm").build();
    reader.setOpt(LineReader.Option.DISABLE_EVENT_EXPANSION);
    terminal.handle(Terminal.Signal.INT, signal -> interrupted.run());
  }

  static TypedQuestions onTerminal() {
    try {
      return new TypedQuestions(TerminalBuilder.builder().system(true).build());
    } catch (IOException e) {
      throw CommandFailure.failed("the terminal cannot be used");
    }
  }

  @Override
  public @Nullable String next() {
    interrupted = () -> {};
    while (true) {
      try {
        return reader.readLine("> ");
      } catch (UserInterruptException e) {
        if (e.getPartialLine().isEmpty()) {
          return null;
        }
      } catch (EndOfFileException e) {
        return null;
      }
    }
  }

  @Override
  public void onInterrupt(Runnable cancel) {
    interrupted = cancel;
  }

  @Override
  public void close() {
    try {
      terminal.close();
    } catch (IOException e) {
      // The process ends anyway.
    }
  }
}
