package io.e2llm.cli.texts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.e2llm.cli.CommandFailure;
import org.junit.jupiter.api.Test;

final class SentenceEndsTest {
  private static final String TEXT = "One is 3.5 m. He said \"Two!\"  Three\nfour.\n\nfive";

  @Test
  void sentences_endBehindStopsAndEmptyLines() {
    SentenceEnds ends = SentenceEnds.of(TEXT);
    assertEquals(0, ends.before(13));
    assertEquals(14, ends.before(14));
    assertEquals(14, ends.before(29));
    assertEquals(TEXT.indexOf("Three"), ends.before(40));
    assertEquals(TEXT.indexOf("five"), ends.before(TEXT.length() - 1));
    assertEquals(TEXT.length(), ends.before(TEXT.length()));
  }

  @Test
  void nearestEnd_liesOnEitherSideButNotBeyondTheMost() {
    SentenceEnds ends = SentenceEnds.of(TEXT);
    assertEquals(0, ends.nearest(6, TEXT.length()));
    assertEquals(14, ends.nearest(8, TEXT.length()));
    assertEquals(0, ends.nearest(8, 13));
    assertEquals(14, ends.nearest(40, 20));
    assertEquals(TEXT.length(), ends.nearest(TEXT.length() + 5, TEXT.length()));
  }

  @Test
  void numbersOfTokens_areReadAndWritten() {
    assertEquals(4000, TokenCount.of("--x", " 4k", 1));
    assertEquals(4096, TokenCount.of("--x", "4096", 1));
    assertEquals("128k", TokenCount.text(128_000));
    assertEquals("4096", TokenCount.text(4096));
    for (String wrong : new String[] {"", "0", "k", "4K8", "-1", "2001k", "99999999", "3"}) {
      assertThrows(CommandFailure.class, () -> TokenCount.of("--x", wrong, 4), wrong);
    }
  }
}
