package io.e2llm.common.client;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Endpoints found by resolving names anew every few seconds, each address checked by gRPC health:
 * new processes get work, dead ones none. A name that does not resolve for a while keeps the
 * addresses it had, which health then decides on.
 */
public final class ResolvedEndpoints implements Endpoints {
  private static final Logger log = LoggerFactory.getLogger(ResolvedEndpoints.class);
  private static final Duration HEALTH_DEADLINE = Duration.ofSeconds(5);

  private final List<Target> targets;
  private final AddressResolver resolver;
  private final ChannelFactory channels;
  private final ScheduledExecutorService timer;
  private final ExecutorService checks = Executors.newVirtualThreadPerTaskExecutor();

  @GuardedBy("this") private final Map<InetSocketAddress, Peer> peers = new HashMap<>();

  @GuardedBy("this") private final Map<Target, List<InetSocketAddress>> lastKnown = new HashMap<>();

  @GuardedBy("this") private boolean closed;

  /** Does not resolve anything before {@link #start} or {@link #refresh}. */
  public ResolvedEndpoints(
      List<Target> targets, AddressResolver resolver, ChannelFactory channels) {
    this.targets = List.copyOf(targets);
    this.resolver = resolver;
    this.channels = channels;
    this.timer =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("e2llm-endpoints").factory());
  }

  /** Refreshes now and then every {@code period}, on a thread of its own. */
  public ResolvedEndpoints start(Duration period) {
    // Nobody waits for it: closing the timer ends it.
    ScheduledFuture<?> unused =
        timer.scheduleWithFixedDelay(
            this::refreshQuietly, 0, period.toMillis(), TimeUnit.MILLISECONDS);
    return this;
  }

  /**
   * Resolves and checks health once, on the calling thread; returns when all have answered or not.
   */
  public void refresh() {
    Map<InetSocketAddress, Target> found = resolveAll();
    List<Peer> checked = adopt(found);
    List<Runnable> waits = new ArrayList<>();
    for (Peer peer : checked) {
      var check = checks.submit(() -> peer.serving = serves(peer.channel));
      waits.add(
          () -> {
            try {
              check.get();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            } catch (java.util.concurrent.ExecutionException e) {
              log.warn("health check failed", e);
            }
          });
    }
    waits.forEach(Runnable::run);
  }

  @Override
  public synchronized List<Endpoint> live() {
    return peers.values().stream()
        .filter(peer -> peer.serving)
        .map(peer -> peer.endpoint)
        .sorted(Comparator.comparing(Endpoint::name))
        .toList();
  }

  @Override
  public synchronized void failed(Endpoint endpoint) {
    peers.values().stream()
        .filter(peer -> peer.endpoint.equals(endpoint))
        .forEach(peer -> peer.serving = false);
  }

  @Override
  public void close() {
    timer.shutdownNow();
    checks.shutdownNow();
    List<Peer> old;
    synchronized (this) {
      closed = true;
      old = List.copyOf(peers.values());
      peers.clear();
    }
    old.forEach(peer -> peer.channel.shutdownNow());
    for (Peer peer : old) {
      try {
        if (!peer.channel.awaitTermination(5, TimeUnit.SECONDS)) {
          log.warn("a channel did not end in time");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void refreshQuietly() {
    try {
      refresh();
    } catch (RejectedExecutionException e) {
      log.debug("closed while refreshing", e);
    } catch (RuntimeException e) {
      log.warn("endpoints were not refreshed", e);
    }
  }

  private Map<InetSocketAddress, Target> resolveAll() {
    Map<InetSocketAddress, Target> found = new LinkedHashMap<>();
    for (Target target : targets) {
      for (InetSocketAddress address : resolve(target)) {
        found.put(address, target);
      }
    }
    return found;
  }

  private List<InetSocketAddress> resolve(Target target) {
    try {
      List<InetSocketAddress> addresses = resolver.resolve(target);
      synchronized (this) {
        lastKnown.put(target, addresses);
      }
      return addresses;
    } catch (UnknownHostException e) {
      log.debug("a name does not resolve at present", e);
      synchronized (this) {
        return lastKnown.getOrDefault(target, List.of());
      }
    }
  }

  /** Opens channels to new addresses, shuts those to addresses that are gone. */
  private List<Peer> adopt(Map<InetSocketAddress, Target> found) {
    List<Peer> gone = new ArrayList<>();
    List<Peer> current;
    synchronized (this) {
      if (closed) {
        return List.of();
      }
      Set<InetSocketAddress> wanted = found.keySet();
      Collection<InetSocketAddress> old = List.copyOf(peers.keySet());
      for (InetSocketAddress address : old) {
        if (!wanted.contains(address)) {
          gone.add(peers.remove(address));
        }
      }
      found.forEach(
          (address, target) ->
              peers.computeIfAbsent(address, key -> new Peer(key, channels.open(target, key))));
      current = List.copyOf(peers.values());
    }
    // Calls that run on a channel whose address is gone may finish.
    gone.forEach(peer -> peer.channel.shutdown());
    return current;
  }

  private static boolean serves(ManagedChannel channel) {
    // The channel's own pauses between attempts grow to minutes; here the period is the pause.
    channel.resetConnectBackoff();
    try {
      return HealthGrpc.newBlockingStub(channel)
              .withDeadlineAfter(HEALTH_DEADLINE.toMillis(), TimeUnit.MILLISECONDS)
              .check(HealthCheckRequest.getDefaultInstance())
              .getStatus()
          == ServingStatus.SERVING;
    } catch (StatusRuntimeException e) {
      log.debug("an endpoint does not answer its health check", e);
      return false;
    }
  }

  private static final class Peer {
    final Endpoint endpoint;
    final ManagedChannel channel;
    volatile boolean serving;

    Peer(InetSocketAddress address, ManagedChannel channel) {
      this.endpoint =
          new Endpoint(address.getAddress().getHostAddress() + ":" + address.getPort(), channel);
      this.channel = channel;
    }
  }
}
