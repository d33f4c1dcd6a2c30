package io.e2llm.cli.eval;

import io.e2llm.cli.CommandContext;
import io.e2llm.cli.CommandFailure;
import io.e2llm.cli.ask.TierOptions;
import io.e2llm.cli.tiers.GatewayAccess;
import io.e2llm.engine.catalogue.ModelKind;
import io.e2llm.engine.files.ModelFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options that say which models are asked. */
public final class AskedOptions {
  @Mixin private final TierOptions tiers = new TierOptions();

  @Option(
      names = "--decoder-model",
      paramLabel = "NAME|PATH",
      description = "With --gateway: its decoder, whose tokenizer counts; else the default one.")
  private @Nullable String decoderModel;

  /**
   * Loads or reaches the models.
   *
   * @param named the arms wanted; empty for all that the models allow
   * @throws CommandFailure when an arm is wanted that the models do not allow, or the gateway has
   *     another decoder than the one that counts
   */
  public AskedTiers open(CommandContext context, Optional<Path> catalogue, List<Arm> named)
      throws InterruptedException {
    if (decoderModel != null && tiers.remote().isEmpty()) {
      throw CommandFailure.wrongUse("--decoder-model goes with --gateway");
    }
    Optional<String> decoder = Optional.ofNullable(decoderModel).or(tiers::decoder);
    Path path = context.choice(catalogue).path(ModelKind.DECODER, decoder);
    ModelFiles files = ModelFiles.open(path);
    boolean opened = false;
    try {
      GatewayAccess served = tiers.open(context, catalogue);
      try {
        AskedTiers asked = AskedTiers.of(files, served, named);
        opened = true;
        return asked;
      } finally {
        if (!opened) {
          served.close();
        }
      }
    } finally {
      if (!opened) {
        files.close();
      }
    }
  }
}
