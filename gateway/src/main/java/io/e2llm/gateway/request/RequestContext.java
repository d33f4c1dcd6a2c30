package io.e2llm.gateway.request;

import io.e2llm.common.error.Reason;
import io.e2llm.common.error.ServingException;
import io.e2llm.gateway.GatewayMetrics;
import io.e2llm.gateway.GatewaySettings;
import io.e2llm.gateway.documents.Documents;
import io.e2llm.gateway.tiers.DecoderDirectory;
import io.e2llm.gateway.tiers.EncoderDirectory;
import io.grpc.Context;
import java.util.function.LongSupplier;

/**
 * What a request works with.
 *
 * @param settings limits and defaults
 * @param encoders the encoder tier
 * @param decoders the decoder tier
 * @param knownChunks what encoders have made of chunks before
 * @param documents what is kept
 * @param metrics what is counted
 * @param mailbox the request's own
 * @param nanoTime tells the time
 * @param seeds draws a seed when the client names none
 */
public record RequestContext(
    GatewaySettings settings,
    EncoderDirectory encoders,
    DecoderDirectory decoders,
    KnownChunks knownChunks,
    Documents documents,
    GatewayMetrics metrics,
    Mailbox mailbox,
    LongSupplier nanoTime,
    LongSupplier seeds) {
  /** The shared tenant: tenants are told apart once callers are. */
  static final String TENANT = "";

  /**
   * Called when a call of this request failed, before anybody is blamed for it: what the caller's
   * cancellation or deadline ended is nobody's fault.
   *
   * @throws ServingException CANCELLED when the caller is gone
   */
  static void requireCaller() {
    if (Context.current().isCancelled()) {
      throw new ServingException(Reason.CANCELLED, "the caller gave up");
    }
  }
}
