package io.e2llm.trainer.objective;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.e2llm.engine.chunk.Chunk;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class RenamingTest {
  private static final int LONGEST = 12;
  private static final String TEXT = "Anna met Otto. Anna left Otto.";
  private static final Names NAMES = Names.of(List.of(TEXT, "Maximiliane and Bartholomew sang."));

  private final Renaming always = new Renaming(1, NAMES, RenamingTest::cut);

  @Test
  void chunks_longerNames_areCutAgain() {
    List<String> chunks = cut(TEXT).chunks().stream().map(Chunk::text).toList();
    boolean longer = false;
    for (int seed = 0; seed < 20; seed++) {
      UnaryOperator<String> names = always.draw(TEXT, new SplittableRandom(seed));
      List<String> renamed = always.chunks(chunks, names);
      assertEquals(names.apply(TEXT), String.join("", renamed));
      assertTrue(renamed.stream().allMatch(chunk -> chunk.length() <= LONGEST));
      longer |= renamed.size() > chunks.size();
    }
    assertTrue(longer);
  }

  @Test
  void draw_shareZero_leavesChunksAsTheyAre() {
    Renaming never = new Renaming(0, NAMES, RenamingTest::cut);
    List<String> chunks = List.of("Anna met ", "Otto.");
    UnaryOperator<String> names = never.draw(TEXT, new SplittableRandom(1));
    assertEquals(TEXT, names.apply(TEXT));
    assertSame(chunks, never.chunks(chunks, names));
  }

  private static ChunkedText cut(String text) {
    List<Chunk> chunks = new ArrayList<>();
    for (int from = 0; from < text.length(); from += LONGEST) {
      String piece = text.substring(from, Math.min(text.length(), from + LONGEST));
      chunks.add(new Chunk("", from, from + piece.length(), piece, 1));
    }
    return new ChunkedText(text, chunks);
  }
}
