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
            public void copy(KvSpan from, int segment, int used) {
              calls.add("copy %s to %d behind %d".formatted(from, segment, used));
            }

            @Override
            public void free(int segment) {
              calls.add("free " + segment);
            }
          });

  @Test
  void makeRoom_growing_doublesUpToTheWindow() {
    int handle = sequences.open(List.of());
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
  void reserve_makesRoomForThatAndNoMore() {
    int handle = sequences.open(List.of());
    sequences.reserve(handle, 70);
    sequences.advance(handle, 30);
    sequences.makeRoom(handle, 40);
    sequences.reserve(handle, 40);
    sequences.reserve(handle, 41);
    assertEquals(List.of("reserve 0 70 0", "reserve 0 71 30"), calls);
    assertThrows(IllegalArgumentException.class, () -> sequences.reserve(handle, 971));
  }

  @Test
  void makeRoom_beyondTheWindow_isRefused() {
    int handle = sequences.open(List.of());
    sequences.makeRoom(handle, 999);
    sequences.advance(handle, 999);
    assertThrows(IllegalArgumentException.class, () -> sequences.makeRoom(handle, 2));
    assertEquals(999, sequences.length(handle));
  }

  @Test
  void release_oneOfTwo_freesItAndReusesItsHandle() {
    int first = sequences.open(List.of());
    int second = sequences.open(List.of());
    sequences.makeRoom(first, 10);
    sequences.makeRoom(second, 10);
    sequences.release(first);
    assertEquals(List.of("reserve 0 64 0", "reserve 1 64 0", "free 0"), calls);
    assertEquals(64, sequences.tokensReserved());
    assertThrows(IllegalArgumentException.class, () -> sequences.release(first));
    assertEquals(first, sequences.open(List.of()));
    assertEquals(0, sequences.length(first));
  }

  @Test
  void release_ofWhatAnotherBeginsWith_freesItWithThatOne() {
    int first = opened(10);
    int second = sequences.open(List.of(new KvSpan(first, 2, 8)));
    assertEquals(8, sequences.length(second));
    sequences.makeRoom(second, 1);
    sequences.release(first);
    assertEquals(List.of("reserve 0 64 0", "reserve 1 64 0"), calls);
    sequences.release(second);
    assertEquals(List.of("reserve 0 64 0", "reserve 1 64 0", "free 1", "free 0"), calls);
    assertEquals(0, sequences.tokensReserved());
  }

  @Test
  void release_ofTwoHolders_freesAtTheSecond() {
    int handle = opened(10);
    sequences.retain(handle);
    sequences.release(handle);
    assertEquals(64, sequences.tokensReserved());
    sequences.release(handle);
    assertEquals(0, sequences.tokensReserved());
  }

  @Test
  void open_spanBeyondItsSequence_isRefusedAndHoldsNothing() {
    int first = opened(10);
    List<KvSpan> past = List.of(new KvSpan(first, 0, 10), new KvSpan(first, 3, 8));
    assertThrows(IllegalArgumentException.class, () -> sequences.open(past));
    sequences.release(first);
    assertEquals(0, sequences.tokensReserved());
  }

  @Test
  void makeRoom_behindAPast_countsItAgainstTheWindow() {
    int first = opened(600);
    int second = sequences.open(List.of(new KvSpan(first, 0, 600)));
    sequences.makeRoom(second, 300);
    assertEquals(320, sequences.tokensReserved(second));
    sequences.advance(second, 300);
    assertThrows(IllegalArgumentException.class, () -> sequences.makeRoom(second, 101));
    sequences.makeRoom(second, 100);
    assertEquals(400, sequences.tokensReserved(second));
  }

  @Test
  void copy_spanOfAnother_countsAsOwn() {
    int first = opened(10);
    int second = sequences.open(List.of());
    sequences.copy(new KvSpan(first, 4, 6), second);
    sequences.trim(second);
    assertEquals(6, sequences.ownLength(second));
    assertEquals(
        List.of(
            "reserve 0 64 0",
            "reserve 1 64 0",
            "copy KvSpan[sequence=0, begin=4, length=6] to 1 behind 0",
            "reserve 1 6 6"),
        calls);
  }

  private int opened(int tokens) {
    int handle = sequences.open(List.of());
    sequences.makeRoom(handle, tokens);
    sequences.advance(handle, tokens);
    return handle;
  }
}
