package io.e2llm.decoder.prefix;

import io.e2llm.decoder.soft.ContentDigest;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Keys of soft tokens. A soft prompt's digest gets a number of its own, never given again; the key
 * of its row {@code i} is made of both. A digest that was not seen for long loses its number and
 * gets another next time: then what was read of it is not found again and falls prey to eviction.
 * Not thread-safe.
 */
public final class SoftKeys {
  private static final int ROW_BITS = 24;

  private final Map<ContentDigest, Long> numbers;
  private long next;

  /** Remembers {@code most} digests. */
  public SoftKeys(int most) {
    numbers =
        new LinkedHashMap<>(16, 0.75f, true) {
          @Override
          protected boolean removeEldestEntry(Map.Entry<ContentDigest, Long> eldest) {
            return size() > most;
          }
        };
  }

  /** Appends the keys of a soft prompt's rows. */
  public void add(ContentDigest digest, int rows, Keys keys) {
    long number = numbers.computeIfAbsent(digest, unseen -> next++);
    for (int row = 0; row < rows; row++) {
      keys.add(Long.MIN_VALUE | number << ROW_BITS | row);
    }
  }
}
