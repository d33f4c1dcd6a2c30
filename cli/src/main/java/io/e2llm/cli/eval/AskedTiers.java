package io.e2llm.cli.eval;

import io.e2llm.cli.CommandFailure;
import io.e2llm.cli.tiers.GatewayAccess;
import io.e2llm.cli.tiers.LocalTiers;
import io.e2llm.engine.bundle.AdapterBundle;
import io.e2llm.engine.files.ModelFiles;
import io.e2llm.gateway.v1.GatewayServiceGrpc;
import io.e2llm.gateway.v1.GetGatewayRequest;
import io.grpc.StatusRuntimeException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The models that are asked, and the arms that they allow. The untouched decoder stands behind a
 * gateway of its own, over the encoder of the other, so that both read the same chunks.
 *
 * @param files the decoder's, whose tokenizer counts
 * @param models what is known of them
 * @param arms to be asked, in the order of the enum or as they were named
 * @param gateways by decoder
 */
public record AskedTiers(
    ModelFiles files,
    MeasuredModels models,
    List<Arm> arms,
    Map<Arm.Decoder, GatewayAccess> gateways)
    implements AutoCloseable {
  /** Copies arms and gateways. */
  public AskedTiers {
    arms = List.copyOf(arms);
    gateways = new EnumMap<>(gateways);
  }

  /** Takes over files and gateway, unless it fails. */
  static AskedTiers of(ModelFiles files, GatewayAccess served, List<Arm> named)
      throws InterruptedException {
    Optional<AdapterBundle> bundle =
        served instanceof LocalTiers local ? local.bundle() : Optional.empty();
    MeasuredModels models = describe(served, bundle);
    if (!models.decoder().equals(files.name())) {
      throw CommandFailure.wrongUse(
          "the gateway's decoder is %s, but tokens would be those of %s: name it with --decoder-model"
              .formatted(models.decoder(), files.name()));
    }
    List<Arm> arms =
        named.isEmpty()
            ? Stream.of(Arm.values()).filter(arm -> allowed(arm, models)).toList()
            : named;
    arms.forEach(arm -> require(arm, models));
    Map<Arm.Decoder, GatewayAccess> gateways = new EnumMap<>(Arm.Decoder.class);
    gateways.put(Arm.Decoder.SERVED, served);
    if (served instanceof LocalTiers local
        && arms.stream().anyMatch(arm -> arm.decoder() == Arm.Decoder.UNTOUCHED)) {
      gateways.put(Arm.Decoder.UNTOUCHED, local.untouched());
    }
    return new AskedTiers(files, models, arms, gateways);
  }

  private static MeasuredModels describe(GatewayAccess gateway, Optional<AdapterBundle> bundle) {
    try {
      return MeasuredModels.of(
          GatewayServiceGrpc.newBlockingStub(gateway.channel())
              .getGateway(GetGatewayRequest.getDefaultInstance()),
          bundle);
    } catch (StatusRuntimeException e) {
      throw CommandFailure.failed(gateway.unreachable(e));
    }
  }

  private static boolean allowed(Arm arm, MeasuredModels models) {
    return (!arm.soft() || models.soft()) && (arm.decoder() == Arm.Decoder.SERVED || models.lora());
  }

  private static void require(Arm arm, MeasuredModels models) {
    if (!allowed(arm, models)) {
      throw CommandFailure.wrongUse(
          "--modes: "
              + arm.label()
              + (arm.soft()
                  ? " wants an adapter bundle: --bundle"
                  : " wants tiers of this process and a --bundle with LoRA"));
    }
  }

  /** The gateway that an arm is asked through. */
  GatewayAccess gateway(Arm arm) {
    GatewayAccess gateway = gateways.get(arm.decoder());
    if (gateway == null) {
      throw new IllegalStateException("no tiers for " + arm.label());
    }
    return gateway;
  }

  @Override
  public void close() {
    gateways.values().stream().toList().reversed().forEach(GatewayAccess::close);
    files.close();
  }
}
