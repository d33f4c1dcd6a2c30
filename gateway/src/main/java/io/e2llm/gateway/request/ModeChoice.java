package io.e2llm.gateway.request;

import io.e2llm.common.error.Reason;
import io.e2llm.common.error.ServingException;
import io.e2llm.decoder.v1.DecoderInfo;
import io.e2llm.encoder.v1.EncoderInfo;
import io.e2llm.gateway.v1.ContextMode;
import java.util.Locale;

/**
 * The context mode in force.
 *
 * @param mode never unspecified
 * @param notice what a person should know of the choice; often empty
 */
public record ModeChoice(ContextMode mode, String notice) {
  private static final String NOT_TRAINED =
      "no trained adapter bundle is installed: the answer rests on the text of the most relevant"
          + " chunks alone (retrieval)";
  private static final String MEANINGLESS =
      "the installed adapter bundle is not trained: its soft prompts carry no meaning";

  /** The mode a request without one gets: hybrid with a trained bundle, else retrieval. */
  public static ContextMode defaultMode(EncoderInfo encoder, DecoderInfo decoder) {
    boolean trained =
        encoder.getBundleTrained()
            && !encoder.getBundleDigest().isEmpty()
            && encoder.getBundleDigest().equals(decoder.getBundleDigest());
    return trained ? ContextMode.CONTEXT_MODE_HYBRID : ContextMode.CONTEXT_MODE_RETRIEVAL;
  }

  /**
   * Decides.
   *
   * @throws ServingException INVALID_REQUEST for a mode nobody knows, NO_BUNDLE or BUNDLE_MISMATCH
   *     when soft prompts are wanted and cannot be had
   */
  public static ModeChoice of(ContextMode wanted, EncoderInfo encoder, DecoderInfo decoder) {
    return switch (wanted) {
      case CONTEXT_MODE_UNSPECIFIED -> {
        ContextMode mode = defaultMode(encoder, decoder);
        yield new ModeChoice(mode, mode == ContextMode.CONTEXT_MODE_RETRIEVAL ? NOT_TRAINED : "");
      }
      case CONTEXT_MODE_SOFT, CONTEXT_MODE_HYBRID -> {
        checkBundle(encoder, decoder);
        yield new ModeChoice(wanted, encoder.getBundleTrained() ? "" : MEANINGLESS);
      }
      case CONTEXT_MODE_RETRIEVAL, CONTEXT_MODE_TEXT -> new ModeChoice(wanted, "");
      case UNRECOGNIZED ->
          throw new ServingException(Reason.INVALID_REQUEST, "an unknown context mode");
    };
  }

  /** A mode's name for people and in JSON. */
  public static String label(ContextMode mode) {
    return mode.name().replace("CONTEXT_MODE_", "").toLowerCase(Locale.ROOT);
  }

  /** Whether the mode has soft prompts. */
  boolean soft() {
    return mode == ContextMode.CONTEXT_MODE_SOFT || mode == ContextMode.CONTEXT_MODE_HYBRID;
  }

  /** Whether the mode has verbatim chunks. */
  boolean verbatim() {
    return mode == ContextMode.CONTEXT_MODE_RETRIEVAL || mode == ContextMode.CONTEXT_MODE_HYBRID;
  }

  private static void checkBundle(EncoderInfo encoder, DecoderInfo decoder) {
    if (encoder.getBundleDigest().isEmpty() && decoder.getBundleDigest().isEmpty()) {
      throw new ServingException(
          Reason.NO_BUNDLE, "soft prompts need an adapter bundle, and none is installed");
    }
    if (!encoder.getBundleDigest().equals(decoder.getBundleDigest())) {
      throw new ServingException(
          Reason.BUNDLE_MISMATCH, "encoders and decoders hold different adapter bundles");
    }
    if (encoder.getPooledWidth() != decoder.getPooledWidth()) {
      throw new ServingException(
          Reason.BUNDLE_MISMATCH,
          "encoders send soft prompts of "
              + encoder.getPooledWidth()
              + " values and decoders take "
              + decoder.getPooledWidth());
    }
  }
}
