package io.e2llm.cli.tiers;

import io.e2llm.common.client.Endpoint;
import io.e2llm.common.client.Endpoints;
import io.e2llm.engine.catalogue.ModelKind;
import io.e2llm.engine.decoder.DecoderModel;
import io.e2llm.gateway.documents.Documents;
import io.grpc.Channel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The decoder of other tiers of this process once more, without their bundle, behind a gateway of
 * its own. The encoder is theirs: contexts are cut alike and encoded once.
 */
final class UntouchedDecoder implements GatewayAccess {
  private final RunningTiers tiers = new RunningTiers();
  private final String id = UUID.randomUUID().toString();
  private final Channel channel;

  private UntouchedDecoder(DecoderModel model, Channel encoder, LocalPlan.Limits limits) {
    tiers.decoder(model, limits.decoder(), place("decoder"));
    tiers.gateway(
        Endpoints.fixed(List.of(new Endpoint("encoder", encoder))),
        Endpoints.fixed(List.of(new Endpoint("decoder", connect("decoder")))),
        limits.gateway(),
        Documents.none(),
        place("gateway"),
        Optional.empty());
    channel = connect("gateway");
  }

  /**
   * Loads the decoder and starts it.
   *
   * @param encoder stays the caller's, open as long as this is
   */
  static UntouchedDecoder start(TierModels models, LocalPlan plan, Channel encoder)
      throws InterruptedException {
    Path path = models.path(ModelKind.DECODER, plan.models().decoder());
    return new UntouchedDecoder(
        models.decoder(
            path, BundleChoice.NONE, plan.models().precision(), plan.models().kvPrecision()),
        encoder,
        plan.limits());
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

  private Place place(String tier) {
    return new Place(Optional.empty(), Optional.of("untouched-" + tier + "-" + id));
  }

  private Channel connect(String tier) {
    return tiers.connect("untouched-" + tier + "-" + id);
  }
}
