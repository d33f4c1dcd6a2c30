package io.e2llm.common.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class OutboundQueueTest {
  private final FakeServerCall call = new FakeServerCall();
  private final AtomicLong now = new AtomicLong(1_000);
  private final OutboundQueue<String> queue = new OutboundQueue<>(call, now::get);

  @Test
  void clientReady_eventsLeaveAtOnceInOrder() {
    call.readyFor = 2;
    queue.offer("a");
    queue.offer("b");
    assertEquals(List.of("a", "b"), call.received);
    assertEquals(0, queue.size());
  }

  @Test
  void clientNotReady_eventsWaitAndTheirAgeGrows() {
    queue.offer("a");
    now.addAndGet(500);
    queue.offer("b");
    assertEquals(List.of(), call.received);
    assertEquals(2, queue.size());
    assertEquals(500, queue.blockedNanos());
    call.readyFor = 1;
    queue.drain();
    assertEquals(List.of("a"), call.received);
    assertEquals(0, queue.blockedNanos());
  }

  @Test
  void completion_waitsForTheEventsBeforeIt() {
    queue.offer("a");
    queue.complete();
    assertFalse(call.completed);
    call.readyFor = 5;
    queue.drain();
    assertTrue(call.completed);
    assertEquals(List.of("a"), call.received);
  }

  @Test
  void failure_dropsWhatWaitsAndIsToldOnce() {
    RuntimeException failure = new RuntimeException("broken");
    queue.offer("a");
    queue.fail(failure);
    queue.fail(new RuntimeException("again"));
    assertSame(failure, call.failure);
    assertEquals(0, queue.size());
    assertEquals(List.of(), call.received);
  }

  @Test
  void cancelledClient_nothingIsWrittenOrKept() {
    queue.offer("a");
    call.cancelled = true;
    call.readyFor = 5;
    queue.offer("b");
    queue.complete();
    assertEquals(List.of(), call.received);
    assertEquals(0, queue.size());
    assertFalse(call.completed);
  }
}
