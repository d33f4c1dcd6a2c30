package io.e2llm.engine.decoder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class KvSequencesTest {
  private final List<String> calls = new ArrayList<>();
  private final KvSequences sequences =
      new KvSequences(
          1000,
          new KvSequences.Memory() {
            @Override
            public void reserve(int segment, int capacity, int used) {
              calls.add("reserve %d %d %d".formatted(segment, capacity, used));
            }

            @Override
            public void free(int segment) {
              calls.add("free " + segment);
            }
          });

  @Test
  void makeRoom_growing_doublesUpToTheWindow() {
    int handle = sequences.open();
    for (int i = 0; i < 1000; i++) {
      sequences.makeRoom(handle, 1);
      sequences.advance(handle, 1);
    }
    assertEquals(
        List.of(
            "reserve 0 64 0",
            "reserve 0 128 64",
            "reserve 0 256 128",
            "reserve 0 512 256",
            "reserve 0 1000 512"),
        calls);
    assertEquals(1000, sequences.tokensReserved());
  }

  @Test
  void makeRoom_beyondTheWindow_isRefused() {
    int handle = sequences.open();
    sequences.makeRoom(handle, 999);
    sequences.advance(handle, 999);
    assertThrows(IllegalArgumentException.class, () -> sequences.makeRoom(handle, 2));
    assertEquals(999, sequences.length(handle));
  }

  @Test
  void release_oneOfTwo_freesItAndReusesItsHandle() {
    int first = sequences.open();
    int second = sequences.open();
    sequences.makeRoom(first, 10);
    sequences.makeRoom(second, 10);
    sequences.release(first);
    assertEquals(List.of("reserve 0 64 0", "reserve 1 64 0", "free 0"), calls);
    assertEquals(64, sequences.tokensReserved());
    assertThrows(IllegalArgumentException.class, () -> sequences.release(first));
    assertEquals(first, sequences.open());
    assertEquals(0, sequences.length(first));
  }
}
