package io.e2llm.gateway.tiers;

import com.google.common.util.concurrent.ListenableFuture;
import io.e2llm.common.client.Endpoint;
import io.e2llm.common.client.Endpoints;
import io.e2llm.common.error.Reason;
import io.e2llm.common.error.ServingException;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the processes of one tier say they are. Asked when one is first seen and again every few
 * seconds, since another model may come up at the same address; one that is too slow to say it
 * again counts as what it was, for its health decides whether it gets work. All that take work hold
 * one model: where they differ, the model most of them hold counts, and the rest get nothing.
 * Thread-safe; blocks the caller while it asks.
 *
 * @param <I> a process's description
 */
final class Directory<I> {
  private static final Logger log = LoggerFactory.getLogger(Directory.class);
  private static final long FRESH_NANOS = 10_000_000_000L;

  private final String tier;
  private final Endpoints endpoints;
  private final Function<Channel, ListenableFuture<I>> describe;
  private final Function<I, String> identity;
  private final LongSupplier nanoTime;
  private final Map<Endpoint, Known<I>> known = new ConcurrentHashMap<>();

  Directory(
      String tier,
      Endpoints endpoints,
      Function<Channel, ListenableFuture<I>> describe,
      Function<I, String> identity,
      LongSupplier nanoTime) {
    this.tier = tier;
    this.endpoints = endpoints;
    this.describe = describe;
    this.identity = identity;
    this.nanoTime = nanoTime;
  }

  /**
   * The processes that hold the model most of them hold, and its description.
   *
   * @throws ServingException TIER_UNREACHABLE when none answers
   */
  Group<I> group() {
    Map<String, List<Endpoint>> byIdentity = new HashMap<>();
    Map<String, I> descriptions = new HashMap<>();
    described()
        .forEach(
            (endpoint, info) -> {
              byIdentity
                  .computeIfAbsent(identity.apply(info), key -> new ArrayList<>())
                  .add(endpoint);
              descriptions.put(identity.apply(info), info);
            });
    if (byIdentity.size() > 1) {
      log.warn("the {} tier holds {} different models; most win", tier, byIdentity.size());
    }
    return byIdentity.entrySet().stream()
        .max(
            Comparator.<Map.Entry<String, List<Endpoint>>>comparingInt(e -> e.getValue().size())
                .thenComparing(Map.Entry::getKey))
        .flatMap(
            entry ->
                Optional.ofNullable(descriptions.get(entry.getKey()))
                    .map(info -> new Group<>(info, sorted(entry.getValue()))))
        .orElseThrow(this::unreachable);
  }

  /** The processes that hold the model of this identity; may be empty. */
  List<Endpoint> members(String wanted) {
    List<Endpoint> members = new ArrayList<>();
    described()
        .forEach(
            (endpoint, info) -> {
              if (identity.apply(info).equals(wanted)) {
                members.add(endpoint);
              }
            });
    return sorted(members);
  }

  /** Tells that a call just failed for want of an answer. */
  void failed(Endpoint endpoint) {
    known.remove(endpoint);
    endpoints.failed(endpoint);
  }

  /** Forgets what a process said it was. */
  void forget(Endpoint endpoint) {
    known.remove(endpoint);
  }

  ServingException unreachable() {
    return new ServingException(Reason.TIER_UNREACHABLE, "no " + tier + " answers at present");
  }

  private Map<Endpoint, I> described() {
    List<Endpoint> live = endpoints.live();
    known.keySet().retainAll(live);
    long now = nanoTime.getAsLong();
    Map<Endpoint, I> described = new HashMap<>();
    Map<Endpoint, ListenableFuture<I>> asked = new HashMap<>();
    for (Endpoint endpoint : live) {
      Known<I> entry = known.get(endpoint);
      if (entry != null && now - entry.nanoTime() < FRESH_NANOS) {
        described.put(endpoint, entry.info());
      } else {
        asked.put(endpoint, ask(endpoint));
      }
    }
    asked.forEach(
        (endpoint, future) -> {
          try {
            I info = future.get();
            known.put(endpoint, new Known<>(info, now));
            described.put(endpoint, info);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ServingException(Reason.CANCELLED, "the caller gave up", e);
          } catch (ExecutionException e) {
            log.debug("a process of the {} tier does not describe itself", tier, e);
            undescribed(endpoint, e, now).ifPresent(info -> described.put(endpoint, info));
          }
        });
    return described;
  }

  /** What a process counts as that did not say what it is. */
  private Optional<I> undescribed(Endpoint endpoint, ExecutionException failure, long now) {
    if (Status.fromThrowable(failure).getCode() != Status.Code.DEADLINE_EXCEEDED) {
      failed(endpoint);
      return Optional.empty();
    }
    @Nullable Known<I> old = known.computeIfPresent(endpoint, (k, v) -> new Known<>(v.info(), now));
    return Optional.ofNullable(old).map(Known::info);
  }

  /** Not in the caller's context: its cancellation says nothing of the endpoint. */
  private ListenableFuture<I> ask(Endpoint endpoint) {
    Context previous = Context.ROOT.attach();
    try {
      return describe.apply(endpoint.channel());
    } finally {
      Context.ROOT.detach(previous);
    }
  }

  private static List<Endpoint> sorted(List<Endpoint> endpoints) {
    return endpoints.stream().sorted(Comparator.comparing(Endpoint::name)).toList();
  }

  /** Processes that hold one model. */
  record Group<I>(I info, List<Endpoint> endpoints) {}

  private record Known<I>(I info, long nanoTime) {}
}
