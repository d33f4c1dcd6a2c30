package io.e2llm.gateway;

import io.e2llm.common.client.Endpoints;
import io.e2llm.gateway.documents.Documents;
import io.e2llm.gateway.tiers.DecoderDirectory;
import io.e2llm.gateway.tiers.EncoderDirectory;
import io.grpc.BindableService;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gateway tier within a process. Holds no model: tokenizers and chat template come from the
 * other tiers. Methods may be called by any thread.
 */
public final class GatewayTier implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(GatewayTier.class);

  private static final Duration SWEEP = Duration.ofMinutes(1);

  private final Endpoints encoderEndpoints;
  private final Endpoints decoderEndpoints;
  private final EncoderDirectory encoders;
  private final DecoderDirectory decoders;
  private final ActiveAnswers answers;
  private final List<BindableService> services;
  private final Optional<DocumentKeeper> keeper;
  private final GatewayMetrics metrics;

  /**
   * A tier that takes requests at once; {@link #onReadiness} tells when it can answer them.
   *
   * @param encoders where encoders are; the caller closes them, after this
   * @param decoders where decoders are; the caller closes them, after this
   * @param documents that it keeps, in a store that the caller closes, after this
   */
  public GatewayTier(
      Endpoints encoders,
      Endpoints decoders,
      GatewaySettings settings,
      Documents documents,
      PrometheusRegistry registry) {
    this(
        encoders,
        decoders,
        settings,
        documents,
        registry,
        System::nanoTime,
        new SecureRandom()::nextLong);
  }

  GatewayTier(
      Endpoints encoders,
      Endpoints decoders,
      GatewaySettings settings,
      Documents documents,
      PrometheusRegistry registry,
      LongSupplier nanoTime,
      LongSupplier seeds) {
    encoderEndpoints = encoders;
    decoderEndpoints = decoders;
    this.encoders = new EncoderDirectory(encoders, nanoTime);
    this.decoders = new DecoderDirectory(decoders, nanoTime);
    metrics = new GatewayMetrics(registry);
    metrics.workers(encoders, decoders);
    answers =
        new ActiveAnswers(
            settings, this.encoders, this.decoders, documents, metrics, nanoTime, seeds);
    services =
        List.of(new GatewayGrpcService(answers), new DocumentGrpcService(answers, documents));
    keeper =
        documents.kept() ? Optional.of(new DocumentKeeper(documents, SWEEP)) : Optional.empty();
  }

  /** The gRPC services. */
  public List<BindableService> services() {
    return services;
  }

  /**
   * Encoder tokens of a text, without specials.
   *
   * @throws io.e2llm.common.error.ServingException TIER_UNREACHABLE when no encoder answers
   */
  public int encoderTokens(String text) {
    return encoders.view().tokenizer().encodeText(text).ids().length;
  }

  /** How it fares at present. */
  public GatewayStatus status() {
    return new GatewayStatus(
        encoderEndpoints.live().size(),
        decoderEndpoints.live().size(),
        answers.running(),
        answers.settings().maxRequests(),
        metrics.counts());
  }

  /**
   * Tells {@code listener} whenever the gateway becomes ready, that is, has found at least one
   * encoder and one decoder that serve, and whenever it has lost either tier; at once if it is
   * ready already. Not ready, it still takes requests, which wait for the tier for a while. The
   * listener must not block.
   */
  public void onReadiness(Consumer<Boolean> listener) {
    Readiness.watch(encoderEndpoints, decoderEndpoints, listener);
  }

  /**
   * Refuses new answers (DRAINING) and waits for those that run.
   *
   * @return whether all ended in time
   */
  public boolean drain(Duration atMost) throws InterruptedException {
    return answers.drain(atMost);
  }

  /** Fails what still runs with DRAINING and frees the tokenizers, unless something runs on. */
  @Override
  public void close() {
    keeper.ifPresent(DocumentKeeper::close);
    if (answers.stop()) {
      encoders.close();
      decoders.close();
    } else {
      log.warn("answers run on; what they need is left to them");
    }
  }
}
