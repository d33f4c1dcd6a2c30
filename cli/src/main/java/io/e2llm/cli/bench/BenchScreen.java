package io.e2llm.cli.bench;

import io.e2llm.cli.terminal.Bar;
import io.e2llm.cli.terminal.Human;
import io.e2llm.cli.terminal.Screen;
import java.util.concurrent.atomic.AtomicInteger;

/** Shows how far a measurement has come. Thread-safe. */
final class BenchScreen {
  private final Screen screen;
  private final int total;
  private final AtomicInteger done = new AtomicInteger();
  private final AtomicInteger failed = new AtomicInteger();
  private final long beginNanos = System.nanoTime();

  /** Shows {@code total} requests. */
  BenchScreen(Screen screen, int total) {
    this.screen = screen;
    this.total = total;
  }

  /** One has ended. */
  void finished(Finished one) {
    int failures =
        one.outcome() instanceof Outcome.Failed ? failed.incrementAndGet() : failed.get();
    draw(done.incrementAndGet(), failures);
  }

  /** Draws it before the first has ended. */
  void begin() {
    draw(0, 0);
  }

  private void draw(int ended, int failures) {
    String counted = Human.count(ended) + " of " + Human.count(total) + " requests";
    String bad = failures == 0 ? "" : ", " + Human.count(failures) + " failed";
    double seconds = (System.nanoTime() - beginNanos) / 1e9;
    String left =
        ended == 0 ? "" : ", " + Human.seconds(seconds / ended * (total - ended)) + " left";
    screen.draw(
        Bar.line(
            screen.room(),
            "measuring",
            ended,
            total,
            counted + bad + left,
            counted + bad,
            counted));
  }
}
