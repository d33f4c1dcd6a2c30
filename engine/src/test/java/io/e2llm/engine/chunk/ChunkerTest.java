package io.e2llm.engine.chunk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class ChunkerTest {
  private static final int MAX = 126;

  private final WordTokenizer tokenizer = new WordTokenizer();

  private List<Chunk> chunks(String text) {
    List<Chunk> chunks = new ArrayList<>();
    Chunker chunker = new Chunker(tokenizer, MAX, "doc");
    chunker.add(text, chunks::add);
    chunker.finish(chunks::add);
    check(text, chunks);
    return chunks;
  }

  private void check(String text, List<Chunk> chunks) {
    assertEquals(text, chunks.stream().map(Chunk::text).collect(Collectors.joining()));
    long at = 0;
    for (Chunk chunk : chunks) {
      assertEquals(at, chunk.beginCodePoint());
      assertEquals("doc", chunk.document());
      at += chunk.text().codePointCount(0, chunk.text().length());
      assertEquals(at, chunk.endCodePoint());
      assertEquals(tokenizer.encodeText(chunk.text()).size(), chunk.tokens());
      assertTrue(chunk.tokens() <= MAX, () -> chunk.tokens() + " tokens");
    }
  }

  @Test
  void emptyDocument_hasNoChunks() {
    assertEquals(List.of(), chunks(""));
  }

  @Test
  void shortDocument_isOneChunk() {
    assertEquals(1, chunks("One sentence. And another!").size());
  }

  @Test
  void prose_isCutAfterSentencesAndFillsChunks() {
    List<Chunk> chunks = chunks(Prose.of(1, 200_000));
    double fill = chunks.stream().mapToInt(Chunk::tokens).average().orElseThrow() / MAX;
    assertTrue(fill > 0.65, () -> "fill " + fill);
    long sentences =
        chunks.stream().filter(chunk -> chunk.text().matches("(?s).*([.?]|\n)\\s+")).count();
    assertTrue(sentences > 0.95 * chunks.size(), () -> sentences + " of " + chunks.size());
  }

  @Test
  void anyCutsOfTheStream_giveTheSameChunks() {
    Random random = new Random(2);
    for (int round = 0; round < 30; round++) {
      String text = round % 3 == 0 ? noise(random, 6000) : Prose.of(round, 6000);
      List<Chunk> whole = chunks(text);
      List<Chunk> pieces = new ArrayList<>();
      Chunker chunker = new Chunker(tokenizer, MAX, "doc");
      int longest = 1 + random.nextInt(round % 2 == 0 ? 3 : 3000);
      int at = 0;
      while (at < text.length()) {
        int end = Math.min(text.length(), at + random.nextInt(longest + 1));
        chunker.add(text.substring(at, end), pieces::add);
        at = end;
      }
      chunker.finish(pieces::add);
      assertEquals(whole, pieces);
    }
  }

  @Test
  void editInTheMiddle_changesOnlyChunksAroundIt() {
    Random random = new Random(3);
    long changedInAll = 0;
    for (int round = 0; round < 40; round++) {
      String text = Prose.of(100 + round, 60_000);
      int at = 20_000 + random.nextInt(20_000);
      String edited =
          text.substring(0, at) + Prose.of(random.nextLong(), 30) + text.substring(at + 20);
      Set<String> before =
          chunks(text).stream().map(Chunk::text).collect(Collectors.toCollection(HashSet::new));
      long changed =
          chunks(edited).stream().filter(chunk -> !before.contains(chunk.text())).count();
      assertTrue(changed <= 16, () -> changed + " chunks changed");
      changedInAll += changed;
    }
    double average = changedInAll / 40.0;
    assertTrue(average <= 5, () -> "average " + average);
  }

  @Test
  void whiteSpaceStretches_areKeptInBoundedChunks() {
    String text = "Before. " + " \n\t".repeat(20_000) + "After.";
    List<Chunk> chunks = chunks(text);
    assertTrue(chunks.stream().allMatch(chunk -> chunk.text().length() <= 16 * MAX));
    assertTrue(chunks.stream().anyMatch(chunk -> chunk.tokens() == 0));
    assertEquals(1, chunks("   \n  ").size());
  }

  @Test
  void endlessWord_isCutBetweenCharacters() {
    List<Chunk> chunks = chunks("x".repeat(50_000));
    assertTrue(chunks.size() >= 50_000 / (5 * MAX));
    assertTrue(chunks.size() <= 2 * 50_000 / (5 * MAX));
  }

  @Test
  void joinedCharacters_areNotCut() {
    String family = "\uD83D\uDC69\u200D\uD83D\uDC67e\u0301";
    for (Chunk chunk : chunks(family.repeat(2000))) {
      int first = chunk.text().codePointAt(0);
      assertTrue(first != 0x301 && first != 0x200D, () -> chunk.text());
      assertTrue(chunk.text().codePointBefore(chunk.text().length()) != 0x200D);
    }
  }

  @Test
  void textWithoutSpaces_isCutAfterItsFullStops() {
    String sentence = "今日は良い天気ですから散歩に行きましょう。";
    List<Chunk> chunks = chunks(sentence.repeat(200));
    assertTrue(chunks.stream().allMatch(chunk -> chunk.text().endsWith("。")));
  }

  @Test
  void loneSurrogates_areKept() {
    chunks("a\uD83D b\uDC69 ".repeat(500) + "\uD83D");
  }

  @Test
  void largeText_takesLinearTime() {
    tokenizer.encodeText("");
    String text = Prose.of(4, 1_000_000);
    Chunker chunker = new Chunker(tokenizer, MAX, "doc");
    long[] largest = {0};
    chunker.add(text, chunk -> largest[0] = Math.max(largest[0], chunk.text().length()));
    chunker.finish(chunk -> {});
    assertEquals(text.length(), chunker.position());
    assertTrue(tokenizer.shown() < 6L * text.length(), () -> tokenizer.shown() + " shown");
  }

  @Test
  void tooSmallChunks_areRefused() {
    assertThrows(IllegalArgumentException.class, () -> new Chunker(tokenizer, 7, "doc"));
  }

  private static String noise(Random random, int length) {
    String alphabet = "ab .,\n#-?\uD83D\uDE00。é\u0301漢 ";
    StringBuilder text = new StringBuilder();
    while (text.length() < length) {
      text.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return text.toString();
  }
}
