package io.e2llm.engine.encoder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LanesTest {
  private final Lanes lanes = new Lanes(3);

  @AfterEach
  void close() {
    lanes.close();
  }

  @Test
  void map_parts_areWorkedOnAtTheSameTime() {
    CyclicBarrier all = new CyclicBarrier(3);
    Map<Integer, Thread> threads = new ConcurrentHashMap<>();
    List<Integer> results =
        lanes.map(
            List.of(1, 2, 3),
            3,
            part -> {
              threads.put(part, Thread.currentThread());
              meet(all);
              return 10 * part;
            });
    assertEquals(List.of(10, 20, 30), results);
    assertEquals(3, Map.copyOf(threads).values().stream().distinct().count());
    assertTrue(threads.containsValue(Thread.currentThread()));
  }

  @Test
  void map_moreParts_thanLanes_areTakenInTurn() {
    List<Integer> parts = IntStream.range(0, 50).boxed().toList();
    assertEquals(parts, lanes.map(parts, 2, part -> part));
  }

  @Test
  void map_oneLane_isTheCallers() {
    assertEquals(
        List.of(Thread.currentThread(), Thread.currentThread()),
        lanes.map(List.of(1, 2), 1, part -> Thread.currentThread()));
  }

  @Test
  void map_onePartFails_nothingIsWorkedOnAfterwards() {
    AtomicInteger working = new AtomicInteger();
    IllegalArgumentException failure =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                lanes.map(
                    IntStream.range(0, 100).boxed().toList(),
                    3,
                    part -> {
                      working.incrementAndGet();
                      try {
                        if (part == 2) {
                          throw new IllegalArgumentException("the third");
                        }
                        return part;
                      } finally {
                        working.decrementAndGet();
                      }
                    }));
    assertEquals("the third", failure.getMessage());
    assertEquals(0, working.get());
    assertEquals(List.of(7), lanes.map(List.of(7), 3, part -> part));
  }

  @Test
  void map_interrupted_endsAllAndStaysInterrupted() {
    Thread.currentThread().interrupt();
    assertEquals(List.of(1, 2), lanes.map(List.of(1, 2), 2, part -> part));
    assertTrue(Thread.interrupted());
  }

  private static void meet(CyclicBarrier barrier) {
    try {
      barrier.await(30, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
