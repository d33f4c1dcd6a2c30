package io.e2llm.cli.train;

import io.e2llm.cli.train.TrainConfig.Lora;
import io.e2llm.cli.train.TrainConfig.Soft;
import io.e2llm.engine.bundle.AdapterBundles;
import io.e2llm.engine.bundle.AdapterSpec;
import io.e2llm.engine.bundle.BundleLora;
import io.e2llm.engine.bundle.BundleSpec;
import io.e2llm.engine.bundle.PoolingSpec;
import io.e2llm.engine.bundle.PoolingSpec.Cls;
import io.e2llm.engine.bundle.PoolingSpec.Combine;
import io.e2llm.engine.bundle.PoolingSpec.Kind;
import io.e2llm.engine.bundle.PoolingSpec.Mean;
import io.e2llm.engine.bundle.PoolingSpec.Pma;
import io.e2llm.engine.bundle.PoolingSpec.Scope;
import io.e2llm.engine.bundle.PoolingSpec.TokenProjection;
import io.e2llm.engine.bundle.PoolingSpec.Unit;
import io.e2llm.engine.bundle.PoolingSpec.Window;
import io.e2llm.engine.chunk.Chunker;
import io.e2llm.engine.files.ModelFiles;
import io.e2llm.engine.lora.LoraSpec;
import java.util.List;
import java.util.Optional;

/** The description of the bundle that settings ask for. */
final class TrainedSpec {
  private TrainedSpec() {}

  /**
   * The bundle that is trained for two models.
   *
   * @throws io.e2llm.engine.ModelException when its parts do not fit each other
   */
  static BundleSpec of(TrainConfig config, ModelFiles encoder, ModelFiles decoder) {
    int hidden = decoder.config().path("hidden_size").asInt();
    int last = encoder.config().path("num_hidden_layers").asInt();
    Soft soft = config.soft();
    List<Integer> layers = soft.layers().isEmpty() ? List.of(0, last) : soft.layers();
    return new BundleSpec(
        true,
        AdapterBundles.encoderSide(encoder, layers),
        new BundleSpec.DecoderSide(decoder.name(), decoder.digest(), hidden),
        new BundleSpec.Chunking(soft.chunkTokens(), Chunker.VERSION),
        pooling(soft, hidden),
        soft.ratios(),
        new AdapterSpec(soft.adapterInnerWidth(), true),
        new BundleLora(lora(config.encoderLora()), lora(config.lora())));
  }

  /** Tokens are projected to the decoder's width first, where they can be aligned. */
  private static PoolingSpec pooling(Soft soft, int hidden) {
    TokenProjection tokens = new TokenProjection(hidden, soft.tokenInnerWidth());
    return switch (soft.pooling()) {
      case HALVES -> plain(new Window(Unit.TOKENS, Combine.HALVES), 2 * hidden, tokens);
      case MEAN_WINDOW -> plain(new Window(Unit.TOKENS, Combine.MEAN), hidden, tokens);
      case WORDS -> plain(new Window(Unit.WORDS, Combine.MEAN), hidden, tokens);
      case CONCAT ->
          plain(new Window(Unit.TOKENS, Combine.CONCAT), hidden, tokens).projectedTo(hidden);
      case PMA -> {
        int queries = Math.ceilDiv(soft.chunkTokens(), soft.ratios().getFirst());
        yield plain(new Pma(Scope.CHUNK, hidden, soft.heads(), queries), hidden, tokens);
      }
      case PMA_WINDOW -> plain(new Pma(Scope.WINDOW, hidden, soft.heads(), 1), hidden, tokens);
      case MEAN -> plain(new Mean(), hidden, tokens);
      case CLS -> plain(new Cls(), hidden, tokens);
    };
  }

  private static PoolingSpec plain(Kind kind, int width, TokenProjection tokens) {
    return PoolingSpec.plain(kind, width).of(tokens);
  }

  private static Optional<LoraSpec> lora(Lora lora) {
    return lora.rank() == 0
        ? Optional.empty()
        : Optional.of(new LoraSpec(lora.rank(), lora.alpha(), lora.targets()));
  }
}
