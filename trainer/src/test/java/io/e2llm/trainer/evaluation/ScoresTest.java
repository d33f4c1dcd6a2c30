package io.e2llm.trainer.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScoresTest {
  @Test
  void f1_passesOverCaseArticlesAndPunctuation() {
    assertEquals(1, ShortAnswers.f1("The Cat!", List.of("dog", "cat")));
    assertEquals(
        2 * 2.0 / (3 + 4), ShortAnswers.f1("red big cat", List.of("big cat on mat")), 1e-9);
    assertEquals(2.0 / 4, ShortAnswers.f1("cat cat", List.of("cat dog")), 1e-9);
    assertEquals(0, ShortAnswers.f1("", List.of("cat")));
    assertEquals(1, ShortAnswers.f1("the", List.of("a")));
  }

  @Test
  void contains_wantsWholeWords() {
    assertTrue(ShortAnswers.contains("It was 308 points.", List.of("309", "308")));
    assertFalse(ShortAnswers.contains("It was 3080 points.", List.of("308")));
    assertTrue(ShortAnswers.contains("in the United States", List.of("The United States.")));
  }

  @Test
  void rouge_countsWordsPairsAndSubsequences() {
    Rouge rouge = Rouge.of("the cat sat on the mat", "The cat was on the mat.");
    assertEquals(10.0 / 12, rouge.one(), 1e-9);
    assertEquals(6.0 / 10, rouge.two(), 1e-9);
    assertEquals(10.0 / 12, rouge.longest(), 1e-9);
    assertEquals(Math.cbrt(10.0 / 12 * 0.6 * 10 / 12), rouge.geometricMean(), 1e-9);
    assertEquals(2.0 * 2 / 6, Rouge.of("a b c", "c a b").longest(), 1e-9);
    assertEquals(new Rouge(0, 0, 0), Rouge.of("", "a b"));
  }

  @Test
  void bootstrap_drawsDocuments() {
    PairedBootstrap.Interval same = PairedBootstrap.of(List.of(new double[] {1, 1, 1}), 1);
    assertEquals(new PairedBootstrap.Interval(1, 1, 1), same);
    List<double[]> two = List.of(new double[] {1, 1, 1}, new double[] {-1}, new double[0]);
    PairedBootstrap.Interval mixed = PairedBootstrap.of(two, 1);
    assertEquals(0.5, mixed.mean());
    assertEquals(-1, mixed.low());
    assertEquals(1, mixed.high());
    assertFalse(mixed.excludesZero());
    List<double[]> many = Collections.nCopies(50, new double[] {0.5, -0.25});
    assertTrue(PairedBootstrap.of(many, 1).excludesZero());
    assertThrows(IllegalArgumentException.class, () -> PairedBootstrap.of(List.of(), 1));
  }

  @Test
  void interval_hasTheWidthOfTheNormalDistribution() {
    List<double[]> documents =
        new java.util.Random(3).doubles(400).mapToObj(d -> new double[] {d}).toList();
    PairedBootstrap.Interval interval = PairedBootstrap.of(documents, 2);
    double deviation = Math.sqrt(1 / 12.0 / 400);
    assertEquals(2 * 1.96 * deviation, interval.high() - interval.low(), 0.2 * 1.96 * deviation);
  }

  @Test
  void rougeBootstrap_comparesGeometricMeansOfMeans() {
    Rouge good = new Rouge(0.8, 0.4, 0.6);
    Rouge bad = new Rouge(0.2, 0, 0.2);
    RougeBootstrap.Pair better = new RougeBootstrap.Pair(good, bad);
    RougeBootstrap.Pair same = new RougeBootstrap.Pair(bad, bad);
    PairedBootstrap.Interval one = RougeBootstrap.of(List.of(List.of(better), List.of()), 1);
    assertEquals(good.geometricMean(), one.mean(), 1e-12);
    assertEquals(one.mean(), one.low(), 1e-12);

    PairedBootstrap.Interval two = RougeBootstrap.of(List.of(List.of(better), List.of(same)), 1);
    assertEquals(Math.cbrt(0.5 * 0.2 * 0.4), two.mean(), 1e-12, "of the means, not the mean of");
    assertEquals(0, two.low(), 1e-12);
    assertEquals(good.geometricMean(), two.high(), 1e-12);
    assertThrows(IllegalArgumentException.class, () -> RougeBootstrap.of(List.of(List.of()), 1));
  }
}
