package io.e2llm.decoder.prefix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.e2llm.engine.decoder.KvSpan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PrefixTreeTest {
  private static final PrefixRoot ROOT = new PrefixRoot("", "decoder", "bundle");

  /** Sequences as lists of the keys they have read themselves, and who holds them. */
  private static final class Segments implements PrefixTree.Holds {
    final Map<Integer, Keys> own = new HashMap<>();
    final Map<Integer, Integer> nodes = new HashMap<>();
    final Map<Integer, Integer> users = new HashMap<>();
    private int next;

    int open() {
      own.put(next, new Keys());
      users.put(next, 1);
      return next++;
    }

    @Override
    public void hold(int sequence) {
      nodes.merge(sequence, 1, Integer::sum);
    }

    @Override
    public void drop(int sequence) {
      nodes.merge(sequence, -1, Integer::sum);
    }

    @Override
    public boolean used(int sequence) {
      return users.getOrDefault(sequence, 0) > 0;
    }

    Keys own(int sequence) {
      return Objects.requireNonNull(own.get(sequence));
    }

    int held() {
      return nodes.values().stream().mapToInt(Integer::intValue).sum();
    }
  }

  /** A reader of one prompt, as the cache is for a generation. */
  private static final class Reader {
    final Keys keys;
    final int sequence;
    final int shared;
    final PrefixCursor cursor;
    int length;

    Reader(Keys keys, int sequence, PrefixTree.Match match) {
      this.keys = keys;
      this.sequence = sequence;
      shared = match.length();
      cursor = match.end();
      length = shared;
    }
  }

  private final Segments segments = new Segments();
  private final PrefixTree tree = new PrefixTree(segments);

  private static Keys keys(long... values) {
    Keys keys = new Keys();
    for (long value : values) {
      keys.add(value);
    }
    return keys;
  }

  private Reader open(Keys keys, int most) {
    PrefixTree.Match match = tree.match(ROOT, keys, most);
    int sequence = segments.open();
    match.spans().forEach(span -> segments.users.merge(span.sequence(), 1, Integer::sum));
    if (match.length() < 1_000) {
      assertContent(match.spans(), keys, match.length());
    }
    return new Reader(keys, sequence, match);
  }

  private void read(Reader reader, int to) {
    for (int at = reader.length; at < to; at++) {
      segments.own(reader.sequence).add(reader.keys.get(at));
    }
    tree.write(
        reader.cursor,
        reader.keys,
        reader.length,
        to,
        reader.sequence,
        reader.length - reader.shared);
    reader.length = to;
  }

  private void close(Reader reader) {
    tree.leave(reader.cursor);
    segments.users.merge(reader.sequence, -1, Integer::sum);
  }

  private void assertContent(List<KvSpan> spans, Keys keys, int length) {
    int at = 0;
    for (KvSpan span : spans) {
      Keys own = segments.own(span.sequence());
      for (int i = 0; i < span.length(); i++) {
        assertEquals(keys.get(at++), own.get(span.begin() + i));
      }
    }
    assertEquals(length, at);
  }

  @Test
  void whatWasRead_isFoundWhileItIsStillRead() {
    Reader first = open(keys(1, 2, 3, 4, 5), 4);
    read(first, 3);
    PrefixTree.Match match = tree.match(ROOT, keys(1, 2, 3, 4, 9), 4);
    assertEquals(3, match.length());
    assertEquals(List.of(new KvSpan(0, 0, 3)), match.spans());
    read(first, 5);
    assertEquals(4, tree.known(ROOT, keys(1, 2, 3, 4, 9), 5));
    assertEquals(1, tree.known(match.end(), keys(1, 2, 3, 4, 9), 3, 2));
  }

  @Test
  void turningOff_splitsWithoutCopyingAndStaysOneSpan() {
    Reader first = open(keys(1, 2, 3, 4, 5), 4);
    read(first, 5);
    Reader second = open(keys(1, 2, 7, 8), 3);
    assertEquals(2, second.shared);
    read(second, 4);
    assertEquals(3, tree.nodes());
    assertEquals(List.of(new KvSpan(0, 0, 5)), tree.match(ROOT, keys(1, 2, 3, 4, 5, 6), 5).spans());
    assertEquals(
        List.of(new KvSpan(0, 0, 2), new KvSpan(1, 0, 2)),
        tree.match(ROOT, keys(1, 2, 7, 8, 6), 5).spans());
  }

  @Test
  void otherRoot_sharesNothing() {
    read(open(keys(1, 2, 3), 2), 3);
    assertEquals(0, tree.known(new PrefixRoot("b", "decoder", "bundle"), keys(1, 2, 3), 3));
    assertEquals(0, tree.known(new PrefixRoot("", "decoder", "other"), keys(1, 2, 3), 3));
  }

  @Test
  void eviction_takesLeavesLongUnusedAndNothingInUse() {
    Reader old = open(keys(1, 2, 3), 2);
    read(old, 3);
    close(old);
    Reader young = open(keys(4, 5, 6), 2);
    read(young, 3);
    close(young);
    Reader running = open(keys(7, 8), 1);
    read(running, 2);
    tree.evict(() -> tree.nodes() == 2);
    assertEquals(0, tree.known(ROOT, keys(1, 2, 3), 3));
    assertEquals(3, tree.known(ROOT, keys(4, 5, 6), 3));
    tree.evict(() -> false);
    assertEquals(2, tree.known(ROOT, keys(7, 8), 2));
    assertEquals(1, segments.held());
    assertEquals(2, tree.evictions());
  }

  @Test
  void promptThatGrowsByATokenAtATime_isEvictedAsWell() {
    Keys keys = new Keys();
    for (int i = 0; i < 8_000; i++) {
      keys.add(i % 7);
      Reader reader = open(keys, i);
      read(reader, i + 1);
      close(reader);
      segments.users.clear();
    }
    assertEquals(8_000, tree.nodes());
    tree.evict(() -> false);
    assertEquals(0, tree.nodes());
  }

  @Test
  void claimed_whatWasReadTwiceIsKeptOnce() {
    Reader first = open(keys(1, 2, 3, 4), 3);
    Reader second = open(keys(1, 2, 3, 4, 5), 4);
    read(first, 4);
    read(second, 5);
    close(first);
    tree.evict(() -> false);
    assertEquals(1, segments.nodes.get(first.sequence)); // the second's hang below it
    tree.claim(second.cursor, second.sequence, second.shared);
    assertEquals(0, segments.nodes.get(first.sequence));
    assertEquals(
        List.of(new KvSpan(second.sequence, 0, 5)),
        tree.match(ROOT, keys(1, 2, 3, 4, 5), 5).spans());
  }

  @Test
  void anyReaders_findWhatANaiveMapFindsAndLeaveNothing() {
    for (int seed = 0; seed < 60; seed++) {
      soak(new Random(seed));
    }
  }

  private void soak(Random random) {
    List<Reader> open = new ArrayList<>();
    List<Keys> published =
        new ArrayList<>(); // prefixes that must be found while nothing is evicted
    boolean evicts = random.nextBoolean();
    for (int step = 0; step < 400; step++) {
      int choice = random.nextInt(10);
      if (choice < 3 && open.size() < 6) {
        open.add(open(randomKeys(random), 1 + random.nextInt(30)));
      } else if (choice < 8 && !open.isEmpty()) {
        Reader reader = open.get(random.nextInt(open.size()));
        int left = reader.keys.size() - reader.length;
        read(reader, reader.length + (left == 0 ? 0 : random.nextInt(left + 1)));
        if (!reader.cursor.lost) {
          published.add(reader.keys.slice(0, reader.length));
        }
      } else if (choice == 8 && !open.isEmpty()) {
        close(open.remove(random.nextInt(open.size())));
      } else if (choice == 9 && evicts) {
        int target = random.nextInt(20);
        tree.evict(() -> tree.nodes() <= target);
        if (!open.isEmpty()) {
          Reader reader = open.get(random.nextInt(open.size()));
          tree.claim(reader.cursor, reader.sequence, reader.shared);
        }
        published.clear();
      }
      Keys probe = randomKeys(random);
      PrefixTree.Match match = tree.match(ROOT, probe, probe.size());
      assertContent(match.spans(), probe, match.length());
      tree.leave(match.end());
      int naive =
          published.stream()
              .mapToInt(each -> each.common(0, probe, 0, probe.size()))
              .max()
              .orElse(0);
      assertTrue(match.length() >= naive, "found less than was read");
      if (!evicts) {
        assertEquals(naive, match.length());
      }
      assertEquals(tree.nodes(), segments.held());
    }
    open.forEach(this::close);
    segments.users.clear();
    tree.evict(() -> false);
    assertEquals(0, tree.nodes());
    assertEquals(0, segments.held());
  }

  private static Keys randomKeys(Random random) {
    Keys keys = new Keys();
    for (int i = 2 + random.nextInt(30); i > 0; i--) {
      keys.add(random.nextInt(8) == 0 ? 1 : 0);
    }
    return keys;
  }
}
