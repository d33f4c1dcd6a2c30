package io.e2llm.decoder.sampling;

/**
 * Picks token ids likeliest first without sorting the vocabulary: a binary heap over ids, built in
 * O(V), each pick O(log V). Of equal logits the lower id comes first. The id array is kept between
 * tokens. Not thread-safe.
 */
final class Candidates {
  private int[] heap = new int[0];
  private int[] picked = new int[0];
  private float[] logits = new float[0];
  private int size;
  private int taken;

  /** Begins anew over all ids of {@code logits}, which stay unchanged until the last pick. */
  void reset(float[] logits) {
    if (heap.length != logits.length) {
      heap = new int[logits.length];
      picked = new int[logits.length];
    }
    this.logits = logits;
    size = logits.length;
    taken = 0;
    for (int i = 0; i < size; i++) {
      heap[i] = i;
    }
    for (int i = size / 2 - 1; i >= 0; i--) {
      sink(i);
    }
  }

  /** Takes the next likeliest id; there is one. */
  int pick() {
    int best = heap[0];
    heap[0] = heap[--size];
    sink(0);
    picked[taken++] = best;
    return best;
  }

  /** Whether ids are left. */
  boolean left() {
    return size > 0;
  }

  /** The {@code index}-th pick since {@link #reset}. */
  int picked(int index) {
    return picked[index];
  }

  private void sink(int from) {
    int hole = from;
    int id = heap[hole];
    for (int child = 2 * hole + 1; child < size; child = 2 * hole + 1) {
      if (child + 1 < size && before(heap[child + 1], heap[child])) {
        child++;
      }
      if (!before(heap[child], id)) {
        break;
      }
      heap[hole] = heap[child];
      hole = child;
    }
    heap[hole] = id;
  }

  private boolean before(int a, int b) {
    return logits[a] > logits[b] || (logits[a] == logits[b] && a < b);
  }
}
