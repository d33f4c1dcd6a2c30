package io.e2llm.common.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
final class LifecycleTest {
  private static final Duration BOUND = Duration.ofMinutes(4);

  private final List<String> closed = new CopyOnWriteArrayList<>();
  private final Lifecycle lifecycle = new Lifecycle();

  @Test
  void parts_stopInReverseOrder_once() throws InterruptedException {
    lifecycle.add("model", BOUND, () -> closed.add("model"));
    lifecycle.add("server", BOUND, () -> closed.add("server"));
    lifecycle.close();
    lifecycle.close();
    lifecycle.awaitStopped();
    assertEquals(List.of("server", "model"), closed);
  }

  @Test
  void failedStart_stopsWhatWasStarted() {
    lifecycle.add("model", BOUND, () -> closed.add("model"));
    StartupException failure =
        assertThrows(
            StartupException.class,
            () ->
                lifecycle.start(
                    "server",
                    BOUND,
                    () -> {
                      throw new StartupException("port 7070 is taken");
                    }));
    assertEquals("port 7070 is taken", failure.getMessage());
    assertEquals(List.of("model"), closed);
  }

  @Test
  void startedPart_isReturnedAndClosedLater() {
    AutoCloseable part = () -> closed.add("part");
    assertEquals(part, lifecycle.start("part", BOUND, () -> part));
    assertEquals(List.of(), closed);
    lifecycle.close();
    assertEquals(List.of("part"), closed);
  }

  @Test
  void partThatFailsOrHangs_doesNotKeepOthersFromStopping() throws InterruptedException {
    CountDownLatch never = new CountDownLatch(1);
    lifecycle.add("first", BOUND, () -> closed.add("first"));
    lifecycle.add(
        "broken",
        BOUND,
        () -> {
          throw new IllegalStateException("broken");
        });
    lifecycle.add("stuck", Duration.ofMillis(1), never::await);
    lifecycle.close();
    assertEquals(List.of("first"), closed);
    never.countDown();
  }

  @Test
  void closeByTwo_returnsToBothWhenAllIsStopped() throws InterruptedException {
    CountDownLatch closing = new CountDownLatch(1);
    CountDownLatch mayEnd = new CountDownLatch(1);
    lifecycle.add(
        "slow",
        BOUND,
        () -> {
          closing.countDown();
          mayEnd.await();
          closed.add("slow");
        });
    Thread first = Thread.ofVirtual().start(lifecycle::close);
    assertTrue(closing.await(240, TimeUnit.SECONDS));
    Thread second = Thread.ofVirtual().start(lifecycle::close);
    mayEnd.countDown();
    second.join();
    assertEquals(List.of("slow"), closed);
    first.join();
  }

  @Test
  void partAddedAfterStopping_isClosedAtOnce() {
    lifecycle.close();
    lifecycle.add("late", BOUND, () -> closed.add("late"));
    assertEquals(List.of("late"), closed);
  }
}
