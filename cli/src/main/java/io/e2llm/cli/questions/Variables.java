package io.e2llm.cli.questions;

import io.e2llm.cli.CommandFailure;
import io.e2llm.cli.texts.SentenceSource;
import io.e2llm.cli.texts.TokenMeasure;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Variables that pass a value on, spread over a text about other things: which of them have it?
 * After the variable tracking of RULER (Hsieh et al., COLM 2024).
 *
 * @param filler where the other sentences come from
 * @param measure counts tokens
 * @param chains of variables in a text, each with a value of its own; the first is asked for
 * @param hops from variable to variable in a chain
 */
record Variables(SentenceSource filler, TokenMeasure measure, int chains, int hops) {
  private static final int LETTERS = 5;
  private static final int LEAST_VALUE = 10_000;
  private static final int VALUES = 90_000;

  /** A chain: its value and its variables, the first of which is given the value. */
  private record Chain(String value, List<String> names) {
    /** The sentence that gives a variable its value. */
    String statement(int index) {
      return index == 0
          ? "VAR " + names.getFirst() + " = " + value + "."
          : "VAR " + names.get(index) + " = VAR " + names.get(index - 1) + ".";
    }
  }

  /**
   * A question about a context of so many tokens or a few less.
   *
   * @param seed equal seeds give equal questions
   * @throws CommandFailure when the variables alone have more tokens
   */
  MadeQuestion question(int tokens, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Chain> all = chains(random);
    List<String> statements = statements(all, random);
    int room = tokens - measure.count(String.join(" ", statements)) - 2 * statements.size();
    if (room < 0) {
      throw CommandFailure.wrongUse("--tokens is too small for so many variables");
    }
    List<String> sentences = new ArrayList<>();
    for (int counted = 0; ; ) {
      String sentence = filler.sentence(random);
      counted += measure.count(" " + sentence);
      if (counted > room) {
        break;
      }
      sentences.add(sentence);
    }
    int[] places = random.ints(statements.size(), 0, sentences.size() + 1).sorted().toArray();
    for (int i = statements.size() - 1; i >= 0; i--) {
      sentences.add(places[i], statements.get(i));
    }
    String context = String.join(" ", sentences);
    Chain asked = all.getFirst();
    String prompt =
        "Which variables have the value %s? Name all of them, also those that were given it by another variable."
            .formatted(asked.value());
    return new MadeQuestion(
        context,
        measure.count(context),
        prompt,
        List.of(String.join(", ", asked.names())),
        asked.names());
  }

  private List<Chain> chains(SplittableRandom random) {
    Set<String> taken = new HashSet<>();
    List<Chain> all = new ArrayList<>();
    for (int chain = 0; chain < chains; chain++) {
      String value = String.valueOf(LEAST_VALUE + random.nextInt(VALUES));
      while (!taken.add(value)) {
        value = String.valueOf(LEAST_VALUE + random.nextInt(VALUES));
      }
      List<String> names = new ArrayList<>();
      while (names.size() <= hops) {
        String name = name(random);
        if (taken.add(name)) {
          names.add(name);
        }
      }
      all.add(new Chain(value, names));
    }
    return all;
  }

  private static String name(SplittableRandom random) {
    StringBuilder name = new StringBuilder();
    for (int i = 0; i < LETTERS; i++) {
      name.append((char) ('A' + random.nextInt('Z' - 'A' + 1)));
    }
    return name.toString();
  }

  /** Those of all chains, mixed; of a chain each one stands behind the one it depends on. */
  private List<String> statements(List<Chain> all, SplittableRandom random) {
    List<String> statements = new ArrayList<>();
    int[] next = new int[chains];
    for (int left = chains * (hops + 1); left > 0; left--) {
      int drawn = random.nextInt(left);
      int chain = 0;
      while (drawn >= hops + 1 - next[chain]) {
        drawn -= hops + 1 - next[chain];
        chain++;
      }
      statements.add(all.get(chain).statement(next[chain]++));
    }
    return statements;
  }
}
