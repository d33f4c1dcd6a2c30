package io.e2llm.decoder.call;

import io.e2llm.common.error.Reason;
import io.e2llm.common.error.ServingException;
import io.e2llm.decoder.scheduling.Generation;
import io.e2llm.decoder.scheduling.Scheduler;
import io.e2llm.decoder.soft.ContentDigest;
import io.e2llm.decoder.soft.SoftPromptBytes;
import io.e2llm.decoder.soft.SoftPromptStore;
import io.e2llm.decoder.v1.GenerateStart;
import io.e2llm.decoder.v1.OfferedSoftPrompt;
import io.e2llm.decoder.v1.SoftPrompt;
import io.e2llm.decoder.v1.SoftPromptOffer;
import io.e2llm.decoder.v1.SoftPromptsWanted;
import io.e2llm.engine.decoder.DecoderDescription;

/**
 * A generation's soft prompts on their way in: sent, or offered by digest and held already.
 * Whatever fails does so with a {@link ServingException}. Confined to the call's incoming messages.
 */
final class IncomingSoftPrompts {
  private static final int MOST_OFFERED = 4_096;

  private final DecoderDescription decoder;
  private final Scheduler scheduler;
  private final SoftPromptStore store;
  private final Generation generation;
  private final String tenant;
  private final boolean announced;
  private final SoftPromptLedger ledger;

  IncomingSoftPrompts(
      DecoderDescription decoder,
      Scheduler scheduler,
      SoftPromptStore store,
      Generation generation,
      GenerateStart start,
      SoftPromptLedger ledger) {
    this.decoder = decoder;
    this.scheduler = scheduler;
    this.store = store;
    this.generation = generation;
    this.tenant = start.getTenant();
    this.announced = !start.getBundleDigest().isEmpty();
    this.ledger = ledger;
  }

  /** One that was sent. */
  void take(SoftPrompt sent) {
    checkAnnounced();
    ledger.checkIndex(sent.getIndex());
    SoftPromptBytes bytes =
        SoftPromptBytes.of(sent.getTensor(), decoder.pooledWidth(), decoder.window());
    add(sent.getIndex(), store.put(tenant, bytes));
  }

  /** An offer; what is held counts as received at once, and the generation keeps it. */
  SoftPromptsWanted take(SoftPromptOffer offer) {
    checkAnnounced();
    if (offer.getSoftPromptsCount() > MOST_OFFERED) {
      throw new ServingException(
          Reason.INVALID_REQUEST, "an offer holds more than " + MOST_OFFERED + " soft prompts");
    }
    SoftPromptsWanted.Builder wanted = SoftPromptsWanted.newBuilder().setOffer(offer.getOffer());
    for (OfferedSoftPrompt offered : offer.getSoftPromptsList()) {
      ledger.checkIndex(offered.getIndex());
      int bytes = offered.getDigest().size();
      if (bytes != ContentDigest.BYTES) {
        throw new ServingException(Reason.INVALID_REQUEST, "a digest of " + bytes + " bytes");
      }
      SoftPromptBytes held =
          store.get(tenant, ContentDigest.of(offered.getDigest().asReadOnlyByteBuffer()));
      if (held == null) {
        wanted.addIndices(offered.getIndex());
      } else {
        add(offered.getIndex(), held);
      }
    }
    return wanted.build();
  }

  private void add(int index, SoftPromptBytes softPrompt) {
    ledger.add(index, softPrompt.rows());
    scheduler.soft(generation, index, softPrompt);
  }

  private void checkAnnounced() {
    if (!announced) {
      throw decoder.bundleDigest().isEmpty()
          ? new ServingException(Reason.NO_BUNDLE, "this decoder has no adapter bundle")
          : new ServingException(
              Reason.INVALID_REQUEST, "soft prompts need bundle_digest in start");
    }
  }

  /** All so far are void. */
  void reset() {
    ledger.reset();
    scheduler.reset(generation);
  }

  /** The prompt came, which counts {@code count} of them. */
  void close(int count, int[] tail) {
    ledger.close(count, tail.length);
    scheduler.close(generation, tail);
  }
}
