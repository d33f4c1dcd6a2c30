package io.e2llm.gateway.tiers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.e2llm.common.client.Endpoint;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class RendezvousTest {
  private static final int KEYS = 10_000;
  private static final List<Endpoint> FOUR =
      IntStream.range(0, 4).mapToObj(RendezvousTest::endpoint).toList();

  private static Endpoint endpoint(int number) {
    return new Endpoint("10.0.0." + number + ":9000", new NoChannel());
  }

  private static int idle(Endpoint endpoint) {
    return 0;
  }

  private static Endpoint pick(List<Endpoint> live, long key) {
    return Rendezvous.pick(live, key, RendezvousTest::idle, 16, List.of()).orElseThrow();
  }

  @Test
  void keys_areSpreadEvenly() {
    Map<String, Integer> counts = new TreeMap<>();
    for (long key = 0; key < KEYS; key++) {
      counts.merge(pick(FOUR, key).name(), 1, Integer::sum);
    }
    assertEquals(4, counts.size());
    counts.values().forEach(count -> assertTrue(count > 2300 && count < 2700, counts::toString));
  }

  @Test
  void endpointThatGoes_movesOnlyItsOwnKeys() {
    for (long key = 0; key < KEYS; key++) {
      Endpoint before = pick(FOUR, key);
      if (!before.equals(FOUR.get(2))) {
        assertEquals(before, pick(List.of(FOUR.get(0), FOUR.get(1), FOUR.get(3)), key));
      }
    }
  }

  @Test
  void endpointWithMoreThanItsShare_isPassedOver() {
    Endpoint busy = pick(FOUR, 7);
    ToIntFunction<Endpoint> load = endpoint -> endpoint.equals(busy) ? 100 : 10;
    assertNotEquals(busy, Rendezvous.pick(FOUR, 7, load, 16, List.of()).orElseThrow());
    assertEquals(busy, Rendezvous.pick(FOUR, 7, load, 101, List.of()).orElseThrow());
  }

  @Test
  void avoidedEndpoint_isTakenOnlyWhenAlone() {
    Endpoint first = pick(FOUR, 9);
    assertNotEquals(
        first, Rendezvous.pick(FOUR, 9, RendezvousTest::idle, 16, List.of(first)).orElseThrow());
    assertEquals(
        first,
        Rendezvous.pick(List.of(first), 9, RendezvousTest::idle, 16, List.of(first)).orElseThrow());
  }

  @Test
  void nobody_isNoEndpoint() {
    assertTrue(Rendezvous.pick(List.of(), 9, RendezvousTest::idle, 16, List.of()).isEmpty());
  }
}
