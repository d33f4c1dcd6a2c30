package io.e2llm.cli.texts;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a text's sentences end, and another text may be put in between: behind a full stop, the
 * quotes that close and white space, where a capital or a digit follows, and behind empty lines.
 */
public final class SentenceEnds {
  private static final Pattern END =
      Pattern.compile(
          "[.!?][\"')\\]\\u201d\\u2019]*\\s+(?=[\"'(\\[\\u201c\\u2018]*[\\p{Lu}\\p{N}])"
              + "|[\\u3002\\uff01\\uff1f]+\\s*|\\n\\s*\\n\\s*");

  private final int[] ends;

  private SentenceEnds(int[] ends) {
    this.ends = ends;
  }

  /** Those of a text, its beginning and its end among them. */
  public static SentenceEnds of(String text) {
    List<Integer> ends = new ArrayList<>(List.of(0));
    Matcher end = END.matcher(text);
    while (end.find()) {
      ends.add(end.end());
    }
    if (ends.getLast() != text.length()) {
      ends.add(text.length());
    }
    return new SentenceEnds(ends.stream().mapToInt(Integer::intValue).toArray());
  }

  /** The last one that is not beyond an offset, in UTF-16 characters. */
  public int before(int offset) {
    int found = Arrays.binarySearch(ends, offset);
    return found >= 0 ? offset : ends[-found - 2];
  }

  /** The one nearest to an offset, of those that are not beyond {@code most}. */
  public int nearest(int offset, int most) {
    int low = before(Math.min(offset, most));
    int next = Arrays.binarySearch(ends, low) + 1;
    boolean high = next < ends.length && ends[next] <= most && ends[next] - offset < offset - low;
    return high ? ends[next] : low;
  }
}
