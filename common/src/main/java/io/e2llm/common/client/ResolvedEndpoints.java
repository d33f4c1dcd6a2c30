package io.e2llm.common.client;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.grpc.ManagedChannel;
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
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Endpoints found by resolving names anew every few seconds, each address checked by gRPC health:
 * new processes get work, dead ones none. One that refuses or cannot be connected to is left out at
 * once, one that is merely slow only after several checks, and never while its calls bring
 * messages: a loaded machine does not lose its workers. A name that does not resolve for a while
 * keeps the addresses it had, which health then decides on.
 */
public final class ResolvedEndpoints implements Endpoints {
  private static final Logger log = LoggerFactory.getLogger(ResolvedEndpoints.class);
  private static final Duration HEALTH_DEADLINE = Duration.ofSeconds(5);

  /** How soon one of which a call failed is asked again. */
  private static final long RECHECK_MILLIS = 250;

  private final List<Target> targets;
  private final AddressResolver resolver;
  private final ChannelFactory channels;
  private final Function<ManagedChannel, HealthAnswer> health;
  private final ScheduledExecutorService timer;
  private final ExecutorService checks = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final AtomicBoolean recheckDue = new AtomicBoolean();
  private volatile boolean started;

  @GuardedBy("this") private final Map<InetSocketAddress, Peer> peers = new HashMap<>();

  @GuardedBy("this") private final Map<Target, List<InetSocketAddress>> lastKnown = new HashMap<>();

  @GuardedBy("this") private boolean closed;

  /** Does not resolve anything before {@link #start} or {@link #refresh}. */
  public ResolvedEndpoints(
      List<Target> targets, AddressResolver resolver, ChannelFactory channels) {
    this(targets, resolver, channels, channel -> HealthAnswer.ask(channel, HEALTH_DEADLINE));
  }

  ResolvedEndpoints(
      List<Target> targets,
      AddressResolver resolver,
      ChannelFactory channels,
      Function<ManagedChannel, HealthAnswer> health) {
    this.targets = List.copyOf(targets);
    this.resolver = resolver;
    this.channels = channels;
    this.health = health;
    this.timer =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("e2llm-endpoints").factory());
  }

  /** Refreshes now and then every {@code period}, on a thread of its own. */
  public ResolvedEndpoints start(Duration period) {
    started = true;
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
    boolean changed = false;
    List<Future<Boolean>> checked = new ArrayList<>();
    for (Peer peer : adopt(resolveAll())) {
      checked.add(checks.submit(() -> peer.checked(ask(peer))));
    }
    for (Future<Boolean> check : checked) {
      try {
        changed |= check.get();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } catch (ExecutionException e) {
        log.warn("health check failed", e);
      }
    }
    if (changed) {
      tell();
    }
  }

  private HealthAnswer ask(Peer peer) {
    // The channel's own pauses between attempts grow to minutes; here the period is the pause.
    peer.channel().resetConnectBackoff();
    return health.apply(peer.channel());
  }

  @Override
  public synchronized List<Endpoint> live() {
    return peers.values().stream()
        .filter(Peer::serving)
        .map(Peer::endpoint)
        .sorted(Comparator.comparing(Endpoint::name))
        .toList();
  }

  @Override
  public void failed(Endpoint endpoint) {
    boolean changed = false;
    synchronized (this) {
      for (Peer peer : peers.values()) {
        changed |= peer.endpoint().equals(endpoint) && peer.failed();
      }
    }
    if (changed) {
      tell();
      recheckSoon();
    }
  }

  @Override
  public void onChange(Runnable listener) {
    listeners.add(listener);
  }

  private void tell() {
    listeners.forEach(Runnable::run);
  }

  private void recheckSoon() {
    if (!started || !recheckDue.compareAndSet(false, true)) {
      return;
    }
    try {
      // Nobody waits for it: closing the timer ends it.
      ScheduledFuture<?> unused =
          timer.schedule(
              () -> {
                recheckDue.set(false);
                refreshQuietly();
              },
              RECHECK_MILLIS,
              TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      log.debug("closed before a failed endpoint was asked again", e);
    }
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
    old.forEach(peer -> peer.channel().shutdownNow());
    for (Peer peer : old) {
      try {
        if (!peer.channel().awaitTermination(5, TimeUnit.SECONDS)) {
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
              peers.computeIfAbsent(
                  address, key -> new Peer(name(key), channels.open(target, key))));
      current = List.copyOf(peers.values());
    }
    // Calls that run on a channel whose address is gone may finish.
    gone.forEach(peer -> peer.channel().shutdown());
    if (gone.stream().anyMatch(Peer::serving)) {
      tell();
    }
    return current;
  }

  private static String name(InetSocketAddress address) {
    return address.getAddress().getHostAddress() + ":" + address.getPort();
  }
}
