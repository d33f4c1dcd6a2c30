package io.e2llm.cli.terminal;

import java.io.PrintStream;

/**
 * Where a command writes. Results go to {@code out}; progress and errors go to {@code err}, which
 * on a terminal has one line that is drawn again and again. Thread-safe.
 */
public final class Screen {
  /** Columns that a terminal takes to show that Ctrl-C was typed. */
  private static final int ECHO = 2;

  private final PrintStream out;
  private final PrintStream err;
  private final boolean outIsTerminal;
  private final boolean errIsTerminal;
  private final int columns;
  private int drawn;
  private boolean lineOpen;
  private boolean abandoned;

  /**
   * A screen over two streams.
   *
   * @param out for results
   * @param err for progress and errors
   * @param outIsTerminal whether a person watches {@code out}
   * @param errIsTerminal whether a person watches {@code err}
   * @param columns width of the terminal
   */
  public Screen(
      PrintStream out, PrintStream err, boolean outIsTerminal, boolean errIsTerminal, int columns) {
    this.out = out;
    this.err = err;
    this.outIsTerminal = outIsTerminal;
    this.errIsTerminal = errIsTerminal;
    this.columns = columns;
  }

  /** Whether a person watches the results. */
  public boolean outIsTerminal() {
    return outIsTerminal;
  }

  /** Whether a person watches the progress. */
  public boolean errIsTerminal() {
    return errIsTerminal;
  }

  /** Columns of the terminal. */
  public int columns() {
    return columns;
  }

  /** Columns of the line that changes; beside them Ctrl-C can show without a line break. */
  public int room() {
    return Math.max(1, columns - 1 - ECHO);
  }

  /** Writes a piece of a result at once. */
  public synchronized void write(String text) {
    erase();
    out.print(text);
    out.flush();
    if (!text.isEmpty()) {
      lineOpen = text.charAt(text.length() - 1) != '\n';
    }
  }

  /** Writes a line of a result. */
  public synchronized void line(String text) {
    write(text + System.lineSeparator());
  }

  /** Writes a line that is no result. */
  public synchronized void note(String text) {
    erase();
    err.println(text);
    err.flush();
  }

  /** Draws the line that changes; does nothing where nobody watches. */
  public synchronized void draw(String text) {
    if (!errIsTerminal || abandoned) {
      return;
    }
    String cut = text.substring(0, Math.min(text.length(), room()));
    err.print("\r" + cut + " ".repeat(Math.max(0, drawn - cut.length())));
    err.flush();
    drawn = cut.length();
  }

  /**
   * Leaves the terminal as the next program wants it: the cursor at the beginning of an empty line.
   * Nothing is drawn any more.
   */
  public synchronized void abandon() {
    abandoned = true;
    if (drawn > 0) {
      drawn += ECHO;
      erase();
    }
    if (lineOpen && outIsTerminal) {
      line("");
    }
  }

  /** Takes away the line that changes. */
  public synchronized void erase() {
    if (drawn > 0) {
      err.print("\r" + " ".repeat(drawn) + "\r");
      err.flush();
      drawn = 0;
    }
  }
}
