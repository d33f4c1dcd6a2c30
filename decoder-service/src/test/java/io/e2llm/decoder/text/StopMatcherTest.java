package io.e2llm.decoder.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StopMatcherTest {
  @Test
  void noStops_everythingLeavesAtOnce() {
    StopMatcher matcher = new StopMatcher(List.of());
    assertEquals("abc", matcher.append("abc"));
    assertEquals("", matcher.finish());
  }

  @Test
  void prefixOfAStop_isHeldBackOnlyWhileItMayBecomeOne() {
    StopMatcher matcher = new StopMatcher(List.of("STOP"));
    assertEquals("x", matcher.append("xST"));
    assertEquals("", matcher.append("O"));
    assertEquals("STOa", matcher.append("a"));
    assertFalse(matcher.stopped());
  }

  @Test
  void stopAcrossPieces_neverLeaks() {
    StopMatcher matcher = new StopMatcher(List.of("\n\nUser:"));
    assertEquals("hi", matcher.append("hi\n"));
    assertEquals("", matcher.append("\nUs"));
    assertEquals("", matcher.append("er: more"));
    assertTrue(matcher.stopped());
    assertEquals("", matcher.append("even more"));
    assertEquals("", matcher.finish());
  }

  @Test
  void textThatEndsInAPrefix_isGivenBackAtTheEnd() {
    StopMatcher matcher = new StopMatcher(List.of("###"));
    assertEquals("a", matcher.append("a##"));
    assertEquals("##", matcher.finish());
  }

  @Test
  void emptyStop_isRefused() {
    assertThrows(IllegalArgumentException.class, () -> new StopMatcher(List.of("")));
  }

  @Test
  void anyTextAnyCuts_equalSearchInTheWholeText() {
    Random random = new Random(11);
    for (int round = 0; round < 20_000; round++) {
      String text = word(random, 1 + random.nextInt(24));
      List<String> stops = new ArrayList<>();
      for (int i = random.nextInt(4); i >= 0; i--) {
        stops.add(word(random, 1 + random.nextInt(5)));
      }
      StopMatcher matcher = new StopMatcher(stops);
      StringBuilder left = new StringBuilder();
      int at = 0;
      while (at < text.length()) {
        int to = Math.min(text.length(), at + random.nextInt(4));
        left.append(matcher.append(text.substring(at, to)));
        at = to;
        assertHeldBackIsNeeded(left.toString(), text.substring(0, at), stops, matcher.stopped());
      }
      left.append(matcher.finish());
      assertEquals(naive(text, stops), left.toString(), () -> text + " / " + stops);
    }
  }

  private static void assertHeldBackIsNeeded(
      String left, String seen, List<String> stops, boolean stopped) {
    if (!stopped) {
      String held = seen.substring(left.length());
      assertTrue(
          held.isEmpty() || stops.stream().anyMatch(stop -> stop.startsWith(held)),
          () -> held + " is held back for nothing");
    }
  }

  /** Everything before the stop string that is complete first, of several there the longest. */
  private static String naive(String text, List<String> stops) {
    for (int end = 1; end <= text.length(); end++) {
      String seen = text.substring(0, end);
      int longest = stops.stream().filter(seen::endsWith).mapToInt(String::length).max().orElse(0);
      if (longest > 0) {
        return text.substring(0, end - longest);
      }
    }
    return text;
  }

  private static String word(Random random, int length) {
    StringBuilder word = new StringBuilder();
    for (int i = 0; i < length; i++) {
      word.append((char) ('a' + random.nextInt(2)));
    }
    return word.toString();
  }
}
