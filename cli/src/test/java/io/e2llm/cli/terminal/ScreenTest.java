package io.e2llm.cli.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ScreenTest {
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private Screen screen(boolean terminal) {
    PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
    return new Screen(stream, stream, terminal, terminal, 10);
  }

  @Test
  void drawnLine_isCutAndTakenAway() {
    Screen screen = screen(true);
    screen.draw("0123456789abc");
    screen.draw("xy");
    screen.write("out");

    assertEquals("\r0123456" + "\rxy     " + "\r  \rout", err.toString(StandardCharsets.UTF_8));
  }

  @Test
  void abandoned_leavesAnEmptyLineAndDrawsNoMore() {
    Screen screen = screen(true);
    screen.draw("0123");
    screen.abandon(); // the terminal shows ^C behind what is drawn
    screen.draw("xy");

    assertEquals("\r0123" + "\r      \r", err.toString(StandardCharsets.UTF_8));
  }

  @Test
  void abandonedWithinALine_endsIt() {
    Screen screen = screen(true);
    screen.write("half a");
    screen.abandon();

    assertEquals("half a" + System.lineSeparator(), err.toString(StandardCharsets.UTF_8));
  }

  @Test
  void withoutTerminal_nothingIsDrawn() {
    Screen screen = screen(false);
    screen.draw("0123456789abc");
    screen.write("out");

    assertEquals("out", err.toString(StandardCharsets.UTF_8));
  }

  @Test
  void sizesAndTimes_readWell() {
    assertEquals("999 B", Human.bytes(999));
    assertEquals("1.0 kB", Human.bytes(1000));
    assertEquals("83.5 MB", Human.bytes(83_506_384));
    assertEquals("1.0 GB", Human.bytes(999_999_999));
    assertEquals("59 s", Human.seconds(59.4));
    assertEquals("3 min 5 s", Human.seconds(185));
    assertEquals("2 h 1 min", Human.seconds(7260));
    assertEquals("[############------------]", Bar.of(1, 2, 24));
    assertEquals("[------------------------]", Bar.of(1, 0, 24));
  }
}
