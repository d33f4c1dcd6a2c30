package io.e2llm.engine.decoder;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds which sequences of a step begin with the same pieces of cache, so that attention reads
 * these once for all of them (the cascade of "Hydragen", arXiv 2402.05099). Pure.
 */
final class SharedPieces {
  /** A common piece shorter than this is read by each: merging would cost more. */
  static final int LEAST_TOKENS = 64;

  private SharedPieces() {}

  /**
   * Consecutive tokens of a segment.
   *
   * @param segment index in the cache
   * @param begin first token
   * @param length how many; 0 for a sequence's own piece that is still empty
   */
  record Piece(int segment, int begin, int length) {
    private Piece first(int tokens) {
      return new Piece(segment, begin, tokens);
    }

    private Piece after(int tokens) {
      return new Piece(segment, begin + tokens, length - tokens);
    }

    private boolean startsAs(Piece other) {
      return segment == other.segment && begin == other.begin;
    }
  }

  /**
   * Sequences that begin alike.
   *
   * @param members their places in the step
   * @param common what all begin with; empty for a sequence that shares nothing
   * @param rest what each has behind it, its own piece last
   */
  record Group(List<Integer> members, List<Piece> common, List<List<Piece>> rest) {
    /** One that shares nothing. */
    static Group alone(int member, List<Piece> pieces) {
      return new Group(List.of(member), List.of(), List.of(pieces));
    }
  }

  /**
   * Groups the sequences of a step.
   *
   * @param pieces of each sequence, its own last
   */
  static List<Group> of(List<List<Piece>> pieces) {
    Map<Long, List<Integer>> byStart = new LinkedHashMap<>();
    for (int i = 0; i < pieces.size(); i++) {
      Piece first = pieces.get(i).getFirst();
      long start = ((long) first.segment() << Integer.SIZE) | first.begin();
      byStart.computeIfAbsent(start, s -> new ArrayList<>()).add(i);
    }
    List<Group> groups = new ArrayList<>();
    for (List<Integer> members : byStart.values()) {
      addGroups(groups, members, pieces);
    }
    return groups;
  }

  private static void addGroups(
      List<Group> groups, List<Integer> members, List<List<Piece>> pieces) {
    List<Piece> common = new ArrayList<>();
    List<List<Piece>> rest =
        new ArrayList<>(members.stream().map(member -> pieces.get(member)).toList());
    while (members.size() > 1) {
      int tokens = commonTokens(rest);
      if (tokens < LEAST_TOKENS) {
        break;
      }
      common.add(rest.getFirst().getFirst().first(tokens));
      rest.replaceAll(of -> behind(of, tokens));
    }
    if (common.isEmpty()) {
      for (int i = 0; i < members.size(); i++) {
        groups.add(Group.alone(members.get(i), rest.get(i)));
      }
    } else {
      groups.add(new Group(members, common, rest));
    }
  }

  /** Tokens of the first piece that all have; 0 when they begin differently. */
  private static int commonTokens(List<List<Piece>> rest) {
    Piece first = rest.getFirst().getFirst();
    int least = Integer.MAX_VALUE;
    for (List<Piece> of : rest) {
      if (!of.getFirst().startsAs(first)) {
        return 0;
      }
      least = Math.min(least, of.getFirst().length());
    }
    return least;
  }

  /** What is left behind the first tokens; the own piece stays, empty or not. */
  private static List<Piece> behind(List<Piece> of, int tokens) {
    Piece first = of.getFirst();
    if (first.length() == tokens && of.size() > 1) {
      return of.subList(1, of.size());
    }
    List<Piece> left = new ArrayList<>(of);
    left.set(0, first.after(tokens));
    return left;
  }
}
