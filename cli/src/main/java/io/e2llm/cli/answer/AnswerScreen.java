package io.e2llm.cli.answer;

import io.e2llm.cli.terminal.Bar;
import io.e2llm.cli.terminal.Human;
import io.e2llm.cli.terminal.Screen;
import io.e2llm.gateway.v1.Progress;

/** Shows an answer as it comes, or only gathers it. One thread only. */
public final class AnswerScreen implements AnswerListener {
  private final Screen screen;
  private final boolean show;
  private final StringBuilder answer = new StringBuilder();

  /**
   * An answer on {@code screen}.
   *
   * @param show whether the text is written as it comes
   */
  public AnswerScreen(Screen screen, boolean show) {
    this.screen = screen;
    this.show = show;
  }

  @Override
  public void progress(Progress progress) {
    long done = progress.getChunksDone();
    long total = progress.getChunksTotal();
    String more = progress.getContextComplete() ? "" : "+";
    String counted = Human.count(done) + " of " + Human.count(total) + more + " chunks";
    String cached = ", " + Human.count(progress.getChunksCached()) + " from cache";
    screen.draw(Bar.line(screen.room(), "encoding", done, total, counted + cached, counted));
  }

  @Override
  public void text(String text) {
    // Models often begin with a line break; nobody wants to see it.
    String piece = answer.isEmpty() ? text.stripLeading() : text;
    answer.append(piece);
    if (show && !piece.isEmpty()) {
      screen.write(screen.outIsTerminal() ? harmless(piece) : piece);
    }
  }

  /** Ends the answer's line. */
  public void end() {
    screen.erase();
    if (show && !answer.isEmpty() && answer.charAt(answer.length() - 1) != '\n') {
      screen.line("");
    }
  }

  /** All of the text so far. */
  public String answer() {
    return answer.toString();
  }

  /** Without the control characters by which a text could steer the terminal. */
  private static String harmless(String text) {
    return text.replaceAll("[\\p{Cntrl}&&[^\n\t]]", "");
  }
}
