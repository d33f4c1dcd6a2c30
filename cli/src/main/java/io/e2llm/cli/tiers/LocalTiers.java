package io.e2llm.cli.tiers;

import io.e2llm.common.client.Endpoint;
import io.e2llm.common.client.Endpoints;
import io.e2llm.common.server.ListenSettings;
import io.e2llm.common.server.TierServer;
import io.e2llm.engine.bundle.AdapterBundle;
import io.e2llm.engine.catalogue.ModelKind;
import io.e2llm.gateway.documents.Documents;
import io.e2llm.gateway.http.HttpDoor;
import io.grpc.Channel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * All three tiers in this process, joined by in-process gRPC, the encoder and the decoder loaded
 * side by side.
 */
public final class LocalTiers implements GatewayAccess {
  private final RunningTiers tiers;
  private final String id = UUID.randomUUID().toString();
  private final TierServer encoder;
  private final TierServer decoder;
  private final RunningTiers.GatewayServers gateway;
  private final Channel channel;
  private final String models;
  private final Optional<AdapterBundle> bundle;
  private final TierModels loader;
  private final LocalPlan plan;

  private LocalTiers(
      RunningTiers tiers,
      LoadedModels loaded,
      BundleChoice choice,
      TierModels loader,
      LocalPlan plan,
      Documents documents) {
    this.tiers = tiers;
    this.loader = loader;
    this.plan = plan;
    models = loaded.encoder().description().model() + ", " + loaded.decoder().description().model();
    String digest = loaded.decoder().description().bundleDigest();
    bundle = choice.bundle().filter(b -> b.digest().equals(digest));
    encoder =
        tiers.encoder(
            loaded.encoder(),
            plan.limits().encoder(),
            place("encoder", plan.ports().map(LocalPlan.Ports::encoder)));
    decoder =
        tiers.decoder(
            loaded.decoder(),
            plan.limits().decoder(),
            place("decoder", plan.ports().map(LocalPlan.Ports::decoder)));
    gateway =
        tiers.gateway(
            Endpoints.fixed(List.of(new Endpoint("encoder", connect("encoder")))),
            Endpoints.fixed(List.of(new Endpoint("decoder", connect("decoder")))),
            plan.limits().gateway(),
            documents,
            place("gateway", plan.ports().map(LocalPlan.Ports::gateway)),
            plan.ports().map(LocalPlan.Ports::http));
    channel = connect("gateway");
  }

  /**
   * Loads the models and starts the tiers; nothing is left running when that fails.
   *
   * @param running takes the tiers; closed by {@link #close}
   */
  public static LocalTiers start(TierModels models, LocalPlan plan, RunningTiers running)
      throws InterruptedException {
    return start(models, plan, running, Documents.none());
  }

  /** The same, with documents that the gateway keeps. */
  public static LocalTiers start(
      TierModels models, LocalPlan plan, RunningTiers running, Documents documents)
      throws InterruptedException {
    Path encoder = models.path(ModelKind.ENCODER, plan.models().encoder());
    Path decoder = models.path(ModelKind.DECODER, plan.models().decoder());
    BundleChoice bundle = models.bundle(plan.models().bundle());
    boolean started = false;
    try {
      LoadedModels loaded = LoadedModels.load(models, encoder, decoder, bundle, plan.models());
      LocalTiers tiers = new LocalTiers(running, loaded, bundle, models, plan, documents);
      started = true;
      return tiers;
    } finally {
      if (!started) {
        running.close();
      }
    }
  }

  /**
   * The same decoder without the bundle, over this encoder: to compare. The caller closes it before
   * these tiers.
   */
  public GatewayAccess untouched() throws InterruptedException {
    return UntouchedDecoder.start(loader, plan, connect("encoder"));
  }

  /** The decoder's bundle. */
  public Optional<AdapterBundle> bundle() {
    return bundle;
  }

  /** The gateway's port, where it listens. */
  public int gatewayPort() {
    return gateway.grpc().port();
  }

  /** The gateway's HTTP door, where there is one. */
  public Optional<HttpDoor> http() {
    return gateway.http();
  }

  /** The encoder's port, where it listens. */
  public int encoderPort() {
    return encoder.port();
  }

  /** The decoder's port, where it listens. */
  public int decoderPort() {
    return decoder.port();
  }

  /** The models' names. */
  public String models() {
    return models;
  }

  @Override
  public Channel channel() {
    return channel;
  }

  @Override
  public String unreachable(Throwable failure) {
    return "the gateway of this process does not answer";
  }

  @Override
  public void close() {
    tiers.close();
  }

  private Place place(String tier, Optional<ListenSettings> listen) {
    return new Place(listen, Optional.of(tier + "-" + id));
  }

  private Channel connect(String tier) {
    return tiers.connect(tier + "-" + id);
  }
}
