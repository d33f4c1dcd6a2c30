package io.e2llm.decoder.scheduling;

import java.util.ArrayList;
import java.util.List;

/**
 * Shares the KV cache out among generations by reservation. Pure.
 *
 * <p>A generation <i>claims</i> an upper bound of the tokens it will hold, as far as it is known:
 * what has arrived of its prompt plus {@code max_tokens}, capped by the window. The claim grows as
 * soft prompts arrive. Once the prompt is closed and the whole claim granted, the grant is
 * <i>committed</i>: never taken back, and enough to run to the end. So committed generations always
 * finish.
 *
 * <p>All others are served strictly in order of arrival from what committed ones leave. One whose
 * growth does not fit keeps its grant and stalls; nobody new is admitted past it. The younger ones
 * are only granted what the older ones leave, and one whose grant is needed by an older loses it
 * and begins again later (it has generated nothing yet; its prompt is read again). Hence no
 * deadlock: when committed generations have finished, the oldest of the others gets its claim
 * whatever the younger hold, and a claim over the whole cache is refused when it is made. A sender
 * that never closes its prompt is ended by the slow-writer timeout.
 *
 * @param kvTokens tokens of the whole KV cache
 * @param maxSequences most generations with a grant at once
 */
record Admission(long kvTokens, int maxSequences) {
  /** The new grant of each claim, in order; 0 is none. */
  List<Integer> grant(List<Claim> inOrder) {
    long used = 0;
    int sequences = 0;
    for (Claim claim : inOrder) {
      if (claim.committed()) {
        used += claim.granted();
        sequences++;
      }
    }
    List<Integer> grants = new ArrayList<>(inOrder.size());
    boolean blocked = false;
    for (Claim claim : inOrder) {
      if (claim.committed()) {
        grants.add(claim.granted());
        continue;
      }
      boolean mayEnter = sequences < maxSequences && (claim.granted() > 0 || !blocked);
      int grant = 0;
      if (mayEnter && used + claim.tokens() <= kvTokens) {
        grant = claim.tokens();
      } else {
        blocked = true;
        if (mayEnter && used + claim.granted() <= kvTokens) {
          grant = claim.granted();
        }
      }
      used += grant;
      sequences += grant > 0 ? 1 : 0;
      grants.add(grant);
    }
    return grants;
  }

  /**
   * What one generation wants.
   *
   * @param tokens the upper bound known so far; at least 1
   * @param granted what it has; 0 while it waits
   * @param committed whether the grant is final
   */
  record Claim(int tokens, int granted, boolean committed) {}
}
