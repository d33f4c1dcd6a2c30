package io.e2llm.gateway.tiers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import io.e2llm.common.client.Endpoint;
import io.e2llm.common.client.Endpoints;
import io.e2llm.common.error.Reason;
import io.e2llm.common.error.ServingException;
import io.grpc.Channel;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class DirectoryTest {
  private final Map<Channel, ListenableFuture<String>> answers = new HashMap<>();
  private final List<Endpoint> live = new ArrayList<>();
  private final List<Endpoint> failed = new ArrayList<>();
  private final Endpoint first = endpoint("10.0.0.1:7071", "small");
  private final Endpoint second = endpoint("10.0.0.2:7071", "small");
  private long now = 1L << 40;
  private int asked;

  private final Directory<String> directory =
      new Directory<>(
          "encoder",
          new Scripted(),
          channel -> {
            asked++;
            return Objects.requireNonNull(answers.get(channel));
          },
          model -> model,
          () -> now);

  private Endpoint endpoint(String name, String model) {
    Endpoint endpoint = new Endpoint(name, new NoChannel());
    live.add(endpoint);
    answers.put(endpoint.channel(), Futures.immediateFuture(model));
    return endpoint;
  }

  private void answer(Endpoint endpoint, Status failure) {
    answers.put(endpoint.channel(), Futures.immediateFailedFuture(failure.asRuntimeException()));
  }

  private void later() {
    now += Duration.ofSeconds(11).toNanos();
  }

  @Test
  void descriptions_areKeptForSomeSeconds() {
    assertEquals(List.of(first, second), directory.group().endpoints());
    assertEquals(List.of(first, second), directory.members("small"));
    assertEquals(2, asked);
    later();
    assertEquals(List.of(first, second), directory.members("small"));
    assertEquals(4, asked);
  }

  @Test
  void modelOfMost_counts() {
    Endpoint third = endpoint("10.0.0.3:7071", "large");
    assertEquals("small", directory.group().info());
    assertEquals(List.of(first, second), directory.group().endpoints());
    assertEquals(List.of(third), directory.members("large"));
  }

  @Test
  void processTooSlowToDescribeItselfAgain_isWhatItWas() {
    directory.group();
    answer(first, Status.DEADLINE_EXCEEDED);
    for (int i = 0; i < 5; i++) {
      later();
      assertEquals(List.of(first, second), directory.group().endpoints());
    }
    assertEquals(List.of(), failed);
  }

  @Test
  void processThatWasNeverDescribedAndIsSlow_isAskedAgainNextTime() {
    answer(first, Status.DEADLINE_EXCEEDED);
    assertEquals(List.of(second), directory.group().endpoints());
    assertEquals(List.of(), failed);
    answers.put(first.channel(), Futures.immediateFuture("small"));
    assertEquals(List.of(first, second), directory.group().endpoints());
  }

  @Test
  void processThatCannotBeReached_isToldToHaveFailed() {
    directory.group();
    answer(first, Status.UNAVAILABLE);
    later();
    assertEquals(List.of(second), directory.group().endpoints());
    assertEquals(List.of(first), failed);
  }

  @Test
  void nobody_isUnreachable() {
    live.clear();
    ServingException refusal = assertThrows(ServingException.class, directory::group);
    assertEquals(Reason.TIER_UNREACHABLE, refusal.reason());
    assertTrue(String.valueOf(refusal.getMessage()).contains("no encoder answers"));
  }

  private final class Scripted implements Endpoints {
    @Override
    public List<Endpoint> live() {
      return List.copyOf(live);
    }

    @Override
    public void failed(Endpoint endpoint) {
      failed.add(endpoint);
    }

    @Override
    public void onChange(Runnable listener) {}

    @Override
    public void close() {}
  }
}
