package io.e2llm.decoder.text;

import java.util.List;

/**
 * Finds the first stop string in a text that arrives in pieces, and holds text back while it may
 * yet be part of one. How the text is cut into pieces changes neither what is found nor, in the
 * end, what leaves. Not thread-safe.
 *
 * <p>Each stop string is followed by its own Knuth-Morris-Pratt automaton, whose state is the
 * length of the longest suffix of the text that is a prefix of the stop string; the largest state
 * is how much must be held back. The stop string that is complete first wins; of several complete
 * at the same place the longest does.
 */
public final class StopMatcher {
  private final List<Automaton> automata;
  private final StringBuilder held = new StringBuilder();
  private boolean stopped;

  /** A matcher for {@code stops}, none empty. */
  public StopMatcher(List<String> stops) {
    automata = stops.stream().map(Automaton::new).toList();
  }

  /** Takes more text and returns what may leave. After a match nothing leaves any more. */
  public String append(String text) {
    if (stopped || automata.isEmpty()) {
      return stopped ? "" : text;
    }
    int begin = held.length();
    held.append(text);
    int mayBePart = 0;
    for (int i = begin; i < held.length(); i++) {
      mayBePart = 0;
      int matched = 0;
      for (Automaton automaton : automata) {
        int state = automaton.advance(held.charAt(i));
        mayBePart = Math.max(mayBePart, state);
        matched = automaton.complete() ? Math.max(matched, state) : matched;
      }
      if (matched > 0) {
        stopped = true;
        return release(i + 1 - matched);
      }
    }
    return text.isEmpty() ? "" : release(held.length() - mayBePart);
  }

  /** Whether a stop string came up. */
  public boolean stopped() {
    return stopped;
  }

  /** What was held back, now that no more text follows; nothing after a match. */
  public String finish() {
    return stopped ? "" : release(held.length());
  }

  private String release(int length) {
    String text = held.substring(0, length);
    held.delete(0, length);
    return text;
  }

  private static final class Automaton {
    private final String stop;
    private final int[] border;
    private int state;

    Automaton(String stop) {
      if (stop.isEmpty()) {
        throw new IllegalArgumentException("a stop string is empty");
      }
      this.stop = stop;
      border = new int[stop.length() + 1];
      for (int i = 1, length = 0; i < stop.length(); i++) {
        while (length > 0 && stop.charAt(i) != stop.charAt(length)) {
          length = border[length];
        }
        if (stop.charAt(i) == stop.charAt(length)) {
          length++;
        }
        border[i + 1] = length;
      }
    }

    int advance(char next) {
      while (state > 0 && (complete() || stop.charAt(state) != next)) {
        state = border[state];
      }
      if (stop.charAt(state) == next) {
        state++;
      }
      return state;
    }

    boolean complete() {
      return state == stop.length();
    }
  }
}
