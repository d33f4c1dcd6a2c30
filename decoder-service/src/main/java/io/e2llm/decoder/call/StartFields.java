package io.e2llm.decoder.call;

import io.e2llm.common.error.Reason;
import io.e2llm.common.error.ServingException;
import io.e2llm.decoder.sampling.SamplingSettings;
import io.e2llm.decoder.scheduling.GenerationRequest;
import io.e2llm.decoder.v1.GenerateStart;
import io.e2llm.decoder.v1.Sampling;
import io.e2llm.engine.decoder.DecoderDescription;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Checks a generation's start field by field.
 *
 * @param decoder the decoder it is for
 * @param seeds where a seed comes from when the client names none
 */
record StartFields(DecoderDescription decoder, LongSupplier seeds) {
  private static final int MOST_STOPS = 16;
  private static final int LONGEST_STOP = 256;

  /**
   * The checked start.
   *
   * @param head its head, tokenized
   * @param deadlineNanos by the scheduler's clock
   * @throws ServingException naming the field
   */
  GenerationRequest check(GenerateStart start, int[] head, long deadlineNanos) {
    checkBundle(start.getBundleDigest());
    int maxTokens = atMostInt(start.getMaxTokens());
    if (maxTokens == 0) {
      throw invalid("max_tokens is 0; at least 1 is needed");
    }
    checkStops(start.getStopList());
    int[] generated = ids("generated_ids", start.getGeneratedIdsList(), maxTokens);
    int[] forced = ids("forced_ids", start.getForcedIdsList(), maxTokens);
    for (int i = 0; i < Math.min(generated.length, forced.length); i++) {
      if (generated[i] != forced[i]) {
        throw invalid("generated_ids and forced_ids differ at " + i);
      }
    }
    return new GenerationRequest(
        start.getTenant(),
        head,
        sampling(start.getSampling()),
        maxTokens,
        start.getStopList(),
        generated,
        start.getIgnoreEndTokens(),
        forced,
        start.getLogProbabilities(),
        deadlineNanos);
  }

  private int[] ids(String field, List<Integer> list, int most) {
    int[] ids = list.stream().mapToInt(Integer::intValue).toArray();
    for (int id : ids) {
      PromptIds.checkId(field, id, decoder.vocabulary());
    }
    if (ids.length > most) {
      throw invalid(field + " holds " + ids.length + " ids, over max_tokens");
    }
    return ids;
  }

  private void checkBundle(String digest) {
    if (digest.isEmpty()) {
      return;
    }
    if (decoder.bundleDigest().isEmpty()) {
      throw new ServingException(
          Reason.NO_BUNDLE, "this decoder has no adapter bundle and takes no soft prompts");
    }
    if (!digest.equals(decoder.bundleDigest())) {
      throw new ServingException(
          Reason.BUNDLE_MISMATCH, "the soft prompts belong to another adapter bundle");
    }
  }

  private static void checkStops(List<String> stops) {
    if (stops.size() > MOST_STOPS) {
      throw invalid("stop holds " + stops.size() + " strings; at most " + MOST_STOPS);
    }
    for (String stop : stops) {
      int length = stop.codePointCount(0, stop.length());
      if (length == 0 || length > LONGEST_STOP) {
        throw invalid("a stop string of " + length + " code points; 1 to " + LONGEST_STOP);
      }
    }
  }

  private SamplingSettings sampling(Sampling sampling) {
    sampling
        .getLogitBiasMap()
        .keySet()
        .forEach(id -> PromptIds.checkId("logit_bias", id, decoder.vocabulary()));
    try {
      return new SamplingSettings(
          sampling.getTemperature(),
          atMostInt(sampling.getTopK()),
          orOne(sampling.getTopP()),
          sampling.getMinP(),
          orOne(sampling.getRepetitionPenalty()),
          sampling.getPresencePenalty(),
          sampling.getFrequencyPenalty(),
          sampling.hasSeed() ? sampling.getSeed() : seeds.getAsLong(),
          sampling.getLogitBiasMap());
    } catch (IllegalArgumentException e) {
      throw new ServingException(Reason.INVALID_REQUEST, String.valueOf(e.getMessage()), e);
    }
  }

  private static float orOne(float value) {
    return value == 0 ? 1 : value;
  }

  /** A uint32, which Java shows as negative from 2^31 on. */
  private static int atMostInt(int unsigned) {
    return unsigned < 0 ? Integer.MAX_VALUE : unsigned;
  }

  private static ServingException invalid(String message) {
    return new ServingException(Reason.INVALID_REQUEST, message);
  }
}
