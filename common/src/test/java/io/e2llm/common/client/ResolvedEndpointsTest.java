package io.e2llm.common.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.Server;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
final class ResolvedEndpointsTest {
  private static final Target TARGET = new Target("workers", 7071);

  private final Map<InetSocketAddress, Server> servers = new HashMap<>();
  private final Map<InetSocketAddress, HealthStatusManager> health = new HashMap<>();
  private final List<InetSocketAddress> names = new ArrayList<>();
  private final AtomicInteger changes = new AtomicInteger();
  private volatile boolean nameServerDown;
  private volatile boolean slow;

  private final ResolvedEndpoints endpoints =
      new ResolvedEndpoints(
          List.of(TARGET),
          target -> {
            if (nameServerDown) {
              throw new UnknownHostException(target.host());
            }
            return List.copyOf(names);
          },
          (target, address) -> InProcessChannelBuilder.forName(name(address)).build(),
          channel -> slow ? HealthAnswer.SLOW : HealthAnswer.ask(channel, Duration.ofMinutes(4)));

  @AfterEach
  void stop() {
    endpoints.close();
    servers.values().forEach(Server::shutdownNow);
  }

  @Test
  void addressesOfOneName_areAllLive() throws IOException {
    serve(1);
    serve(2);
    endpoints.refresh();
    assertEquals(List.of("127.0.0.1:7071", "127.0.0.2:7071"), live());
  }

  @Test
  void newAddress_getsWorkAfterTheNextRefresh() throws IOException {
    serve(1);
    endpoints.refresh();
    serve(2);
    assertEquals(List.of("127.0.0.1:7071"), live());
    endpoints.refresh();
    assertEquals(List.of("127.0.0.1:7071", "127.0.0.2:7071"), live());
  }

  @Test
  void vanishedAddress_getsNone() throws IOException {
    serve(1);
    serve(2);
    endpoints.refresh();
    names.remove(address(1));
    endpoints.refresh();
    assertEquals(List.of("127.0.0.2:7071"), live());
  }

  @Test
  void deadOrDrainingServer_getsNoneUntilItAnswersAgain() throws IOException {
    serve(1);
    serve(2);
    health(1).setStatus("", ServingStatus.NOT_SERVING);
    endpoints.refresh();
    assertEquals(List.of("127.0.0.2:7071"), live());
    health(1).setStatus("", ServingStatus.SERVING);
    Objects.requireNonNull(servers.get(address(2))).shutdownNow();
    endpoints.refresh();
    assertEquals(List.of("127.0.0.1:7071"), live());
  }

  @Test
  void failedEndpoint_isLeftOutUntilItsNextHealthCheck() throws IOException {
    serve(1);
    endpoints.refresh();
    endpoints.failed(endpoints.live().get(0));
    assertEquals(List.of(), live());
    endpoints.refresh();
    assertEquals(List.of("127.0.0.1:7071"), live());
  }

  @Test
  void slowServer_isKeptForSomeChecks() throws IOException {
    serve(1);
    endpoints.refresh();
    slow = true;
    for (int i = 1; i < Peer.SLOW_CHECKS; i++) {
      endpoints.refresh();
    }
    assertEquals(List.of("127.0.0.1:7071"), live());
    endpoints.refresh();
    assertEquals(List.of(), live());
  }

  @Test
  void changes_areToldAndOnlyThey() throws IOException {
    endpoints.onChange(changes::incrementAndGet);
    endpoints.refresh();
    assertEquals(0, changes.get());
    serve(1);
    endpoints.refresh();
    endpoints.refresh();
    assertEquals(1, changes.get());
    endpoints.failed(endpoints.live().get(0));
    assertEquals(2, changes.get());
    endpoints.refresh();
    assertEquals(3, changes.get());
    names.clear();
    endpoints.refresh();
    assertEquals(4, changes.get());
  }

  @Test
  void nameThatStopsResolving_keepsItsAddresses() throws IOException {
    serve(1);
    endpoints.refresh();
    nameServerDown = true;
    endpoints.refresh();
    assertEquals(List.of("127.0.0.1:7071"), live());
  }

  @Test
  void closed_nothingIsLive() throws IOException {
    serve(1);
    endpoints.refresh();
    endpoints.close();
    assertTrue(endpoints.live().isEmpty());
  }

  private List<String> live() {
    return endpoints.live().stream().map(Endpoint::name).toList();
  }

  private HealthStatusManager health(int lastByte) {
    return Objects.requireNonNull(health.get(address(lastByte)));
  }

  private void serve(int lastByte) throws IOException {
    InetSocketAddress address = address(lastByte);
    HealthStatusManager manager = new HealthStatusManager();
    servers.put(
        address,
        InProcessServerBuilder.forName(name(address))
            .addService(manager.getHealthService())
            .build()
            .start());
    health.put(address, manager);
    names.add(address);
  }

  private String name(InetSocketAddress address) {
    return System.identityHashCode(this) + "/" + address;
  }

  private static InetSocketAddress address(int lastByte) {
    try {
      return new InetSocketAddress(
          InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) lastByte}), 7071);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }
}
