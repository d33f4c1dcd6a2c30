package io.e2llm.cli.tiers;

import io.e2llm.common.client.Endpoints;
import io.e2llm.common.lifecycle.Lifecycle;
import io.e2llm.common.lifecycle.StartupException;
import io.e2llm.common.metrics.MetricsServer;
import io.e2llm.common.metrics.MetricsSettings;
import io.e2llm.common.metrics.TierMetrics;
import io.e2llm.common.server.TierServer;
import io.e2llm.common.server.TierServerBuilder;
import io.e2llm.decoder.DecoderSettings;
import io.e2llm.decoder.DecoderTier;
import io.e2llm.encoder.EncoderSettings;
import io.e2llm.encoder.EncoderTier;
import io.e2llm.engine.decoder.DecoderModel;
import io.e2llm.engine.encoder.TextEncoder;
import io.e2llm.gateway.GatewaySettings;
import io.e2llm.gateway.GatewayTier;
import io.e2llm.gateway.documents.DocumentSettings;
import io.e2llm.gateway.documents.DocumentStore;
import io.e2llm.gateway.documents.DocumentStoreException;
import io.e2llm.gateway.documents.Documents;
import io.e2llm.gateway.http.HttpDoor;
import io.e2llm.gateway.http.HttpSettings;
import io.grpc.BindableService;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/**
 * The tiers that run in this process, with what they share: one registry of metrics, and one order
 * in which all is stopped.
 */
public final class RunningTiers implements AutoCloseable {
  private static final Duration STOP = Duration.ofSeconds(40);

  /** What a server may need beyond its drain timeout to cancel the calls that are left. */
  private static final Duration CANCEL = Duration.ofSeconds(15);

  private final Lifecycle lifecycle = new Lifecycle();
  private final PrometheusRegistry registry = new PrometheusRegistry();

  /** Serves an encoder, which is closed with the tiers. */
  public TierServer encoder(TextEncoder model, EncoderSettings settings, Place place) {
    EncoderTier tier =
        lifecycle.start("encoder", STOP, () -> new EncoderTier(model, settings, registry));
    tier.start();
    return serve("encoder", place, tier.service());
  }

  /** Serves a decoder, which is closed with the tiers. */
  public TierServer decoder(DecoderModel model, DecoderSettings settings, Place place) {
    DecoderTier tier =
        lifecycle.start("decoder", STOP, () -> new DecoderTier(model, settings, registry));
    tier.start();
    return serve("decoder", place, tier.service());
  }

  /**
   * Opens the store of a gateway's documents, which is closed with the tiers.
   *
   * @param home where its file is, if none is set
   * @throws StartupException when it cannot be opened
   */
  public Documents documents(DocumentSettings settings, Path home) {
    Optional<DocumentStore> store;
    try {
      store = settings.open(home);
    } catch (DocumentStoreException | IOException e) {
      throw new StartupException("documents cannot be kept: their store does not open", e);
    }
    store.ifPresent(opened -> keep("documents", opened));
    return new Documents(store, settings, Clock.systemUTC());
  }

  /**
   * Serves a gateway, whose health says that it serves while it has encoders and decoders.
   *
   * @param encoders where encoders are; the caller closes them
   * @param decoders where decoders are; the caller closes them
   * @param documents that it keeps
   * @param http how it speaks HTTP, if it does
   */
  public GatewayServers gateway(
      Endpoints encoders,
      Endpoints decoders,
      GatewaySettings settings,
      Documents documents,
      Place place,
      Optional<HttpSettings> http) {
    GatewayTier tier =
        lifecycle.start(
            "gateway",
            STOP,
            () -> new GatewayTier(encoders, decoders, settings, documents, registry));
    TierServerBuilder builder =
        TierServer.builder("gateway", new TierMetrics(registry, "gateway")).startsUnready();
    tier.services().forEach(builder::service);
    String name = place.inProcess().orElseGet(() -> "gateway-" + UUID.randomUUID());
    TierServer server = serve("gateway", new Place(place.network(), Optional.of(name)), builder);
    tier.onReadiness(server::serving);
    return new GatewayServers(
        server, http.filter(HttpSettings::enabled).map(door -> http(door, name, tier)));
  }

  private HttpDoor http(HttpSettings settings, String gateway, GatewayTier tier) {
    Channel channel = connect(gateway);
    return lifecycle.start(
        "http",
        settings.listen().drainTimeout().plus(CANCEL),
        () -> HttpDoor.open(settings, channel, tier, Clock.systemUTC()));
  }

  /**
   * A gateway's servers.
   *
   * @param grpc the one that clients of gRPC call
   * @param http the one that clients of HTTP call, if there is one
   */
  public record GatewayServers(TierServer grpc, Optional<HttpDoor> http) {}

  /** Serves the metrics of all tiers started here, unless that is switched off. */
  public Optional<MetricsServer> metrics(MetricsSettings settings) {
    Optional<MetricsServer> server = MetricsServer.start(settings, registry);
    server.ifPresent(metrics -> lifecycle.add("metrics", STOP, metrics));
    return server;
  }

  /** A channel to what serves in this process by that name; stopped with the tiers. */
  public Channel connect(String name) {
    ManagedChannel channel = InProcessChannelBuilder.forName(name).build();
    keep(name + " channel", channel::shutdownNow);
    return channel;
  }

  /** Keeps something that is to be stopped before all that was started earlier. */
  public void keep(String name, AutoCloseable part) {
    lifecycle.add(name, STOP, part);
  }

  /** Stops on SIGTERM and Ctrl-C. */
  public void stopOnSignal() {
    lifecycle.stopOnSignal();
  }

  /** Waits until all is stopped. */
  public void awaitStopped() throws InterruptedException {
    lifecycle.awaitStopped();
  }

  @Override
  public void close() {
    lifecycle.close();
  }

  private TierServer serve(String name, Place place, BindableService service) {
    return serve(
        name, place, TierServer.builder(name, new TierMetrics(registry, name)).service(service));
  }

  private TierServer serve(String name, Place place, TierServerBuilder builder) {
    return lifecycle.start(
        name + " server", place.drainTimeout().plus(CANCEL), () -> place.on(builder).start());
  }
}
