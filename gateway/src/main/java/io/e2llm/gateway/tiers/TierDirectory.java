package io.e2llm.gateway.tiers;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.e2llm.common.client.Endpoint;
import io.e2llm.common.client.Endpoints;
import io.e2llm.common.error.Reason;
import io.e2llm.common.error.ServingException;
import io.e2llm.common.error.StatusMapping;
import io.e2llm.decoder.v1.DecoderInfo;
import io.e2llm.encoder.v1.EncoderInfo;
import io.e2llm.engine.tokenizer.Tokenizer;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Learns from the tiers what they are. Each process describes itself once; tokenizers are fetched
 * when the first of an identity is met. All encoders must be equal, and all decoders: of several
 * identities the one met first is used while any of it answers, and the others are left out and
 * logged. Thread-safe; {@link #current} may block on the network.
 */
public final class TierDirectory implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(TierDirectory.class);

  private final Endpoints encoders;
  private final Endpoints decoders;

  @GuardedBy("this") private final Map<Endpoint, EncoderInfo> encoderInfos = new HashMap<>();

  @GuardedBy("this") private final Map<Endpoint, DecoderInfo> decoderInfos = new HashMap<>();

  @GuardedBy("this") private @Nullable EncoderModel encoder;

  @GuardedBy("this") private @Nullable DecoderModelParts decoder;

  /** Every tokenizer fetched: requests may still use one whose model is gone. */
  @GuardedBy("this") private final List<Tokenizer> toClose = new ArrayList<>();

  /** A directory over endpoints that the caller owns. */
  public TierDirectory(Endpoints encoders, Endpoints decoders) {
    this.encoders = encoders;
    this.decoders = decoders;
  }

  /**
   * The tiers as they stand.
   *
   * @throws ServingException TIER_UNREACHABLE when no encoder or no decoder answers
   */
  public synchronized Tiers current() {
    Map<Endpoint, EncoderInfo> liveEncoders =
        describe(encoders, encoderInfos, TierDescriptions::encoder);
    Map<Endpoint, DecoderInfo> liveDecoders =
        describe(decoders, decoderInfos, TierDescriptions::decoder);
    if (liveEncoders.isEmpty()) {
      throw new ServingException(Reason.TIER_UNREACHABLE, "no encoder answers");
    }
    if (liveDecoders.isEmpty()) {
      throw new ServingException(Reason.TIER_UNREACHABLE, "no decoder answers");
    }
    EncoderModel encoderModel = encoderModel(liveEncoders);
    DecoderModelParts decoderModel = decoderModel(liveDecoders);
    return new Tiers(
        encoderModel.info(),
        encoderModel.tokenizer(),
        same(liveEncoders, encoderModel.info()),
        decoderModel.info(),
        decoderModel.tokenizer(),
        decoderModel.chatTemplate(),
        same(liveDecoders, decoderModel.info()));
  }

  /** Frees the tokenizers. The endpoints stay the caller's. */
  @Override
  public synchronized void close() {
    toClose.forEach(Tokenizer::close);
    toClose.clear();
    encoder = null;
    decoder = null;
  }

  @GuardedBy("this") private EncoderModel encoderModel(Map<Endpoint, EncoderInfo> live) {
    EncoderModel known = encoder;
    if (known != null && live.containsValue(known.info())) {
      return known;
    }
    Endpoint first = live.keySet().iterator().next();
    EncoderModel fetched = fetch(encoders, first, TierDescriptions::encoderModel);
    toClose.add(fetched.tokenizer());
    encoder = fetched;
    return fetched;
  }

  @GuardedBy("this") private DecoderModelParts decoderModel(Map<Endpoint, DecoderInfo> live) {
    DecoderModelParts known = decoder;
    if (known != null && live.containsValue(known.info())) {
      return known;
    }
    Endpoint first = live.keySet().iterator().next();
    DecoderModelParts fetched = fetch(decoders, first, TierDescriptions::decoderModel);
    toClose.add(fetched.tokenizer());
    decoder = fetched;
    return fetched;
  }

  /** Something asked of one process. */
  private interface Question<T> {
    T ask(Endpoint endpoint);
  }

  private static <T> Map<Endpoint, T> describe(
      Endpoints endpoints, Map<Endpoint, T> known, Question<T> question) {
    List<Endpoint> live = endpoints.live();
    known.keySet().retainAll(live);
    Map<Endpoint, T> described = new LinkedHashMap<>();
    for (Endpoint endpoint : live) {
      try {
        T info = known.get(endpoint);
        described.put(endpoint, info == null ? question.ask(endpoint) : info);
      } catch (StatusRuntimeException e) {
        log.warn("{} does not describe itself", endpoint.name(), e);
        endpoints.failed(endpoint);
      }
    }
    known.putAll(described);
    return described;
  }

  private static <T> T fetch(Endpoints endpoints, Endpoint endpoint, Question<T> question) {
    try {
      return question.ask(endpoint);
    } catch (StatusRuntimeException e) {
      endpoints.failed(endpoint);
      throw StatusMapping.toServing(e);
    }
  }

  private static <T> List<Endpoint> same(Map<Endpoint, T> live, T wanted) {
    List<Endpoint> same = new ArrayList<>();
    live.forEach(
        (endpoint, info) -> {
          if (info.equals(wanted)) {
            same.add(endpoint);
          } else {
            log.warn("{} serves another model than the others; it gets no work", endpoint.name());
          }
        });
    return same;
  }
}
