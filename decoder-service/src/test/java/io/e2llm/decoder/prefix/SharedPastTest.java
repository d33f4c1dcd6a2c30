package io.e2llm.decoder.prefix;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.e2llm.engine.decoder.KvSpan;
import java.util.List;
import org.junit.jupiter.api.Test;

class SharedPastTest {
  private static final KvSpan LONG = new KvSpan(1, 0, 64);
  private static final KvSpan SHORT = new KvSpan(2, 5, 63);

  @Test
  void shortAtTheEnd_isCopied() {
    SharedPast past = SharedPast.of(List.of(SHORT, LONG, SHORT));
    assertEquals(List.of(SHORT, LONG), past.shared());
    assertEquals(List.of(SHORT), past.copied());
    assertEquals(127, past.sharedTokens());
    assertEquals(63, past.copiedTokens());
  }

  @Test
  void tooMany_allButTheFirstAreCopied() {
    assertEquals(List.of(), SharedPast.of(List.of(LONG, LONG, LONG, LONG)).copied());
    SharedPast past = SharedPast.of(List.of(LONG, LONG, LONG, LONG, LONG));
    assertEquals(List.of(LONG), past.shared());
    assertEquals(4, past.copied().size());
  }

  @Test
  void tooMany_whatIsLongerThanTheRestStaysShared() {
    KvSpan document = new KvSpan(3, 0, 5_000);
    SharedPast past = SharedPast.of(List.of(LONG, document, LONG, LONG, LONG, LONG));
    assertEquals(List.of(LONG, document), past.shared());
    assertEquals(256, past.copiedTokens());
  }

  @Test
  void noRoomToCopy_whatIsShortAtTheEndIsGivenUp() {
    SharedPast past = SharedPast.withoutCopies(List.of(LONG, LONG, LONG, LONG, LONG, SHORT));
    assertEquals(5, past.shared().size());
    assertEquals(List.of(), past.copied());
  }
}
