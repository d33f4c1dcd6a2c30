package io.e2llm.encoder;

import io.e2llm.common.error.Reason;
import io.e2llm.common.error.ServingException;
import io.e2llm.encoder.v1.Chunk;
import io.e2llm.encoder.v1.EncodeStart;
import io.e2llm.engine.encoder.ChunkRole;
import io.e2llm.engine.encoder.EncoderDescription;

/** Checks every field of a request; each failure is a {@link ServingException}. Immutable. */
final class RequestChecks {
  /** Longest name of a tenant, in UTF-16 units. */
  static final int TENANT_LIMIT = 256;

  private final EncoderDescription encoder;
  private final int maxTextBytes;

  RequestChecks(EncoderDescription encoder, EncoderSettings settings) {
    this.encoder = encoder;
    this.maxTextBytes = settings.maxTextBytes().intBytes();
  }

  void check(EncodeStart start) {
    if (!start.getIdentity().isEmpty() && !start.getIdentity().equals(encoder.identity())) {
      throw new ServingException(
          Reason.ENCODER_MISMATCH, "this encoder is another than the one expected");
    }
    if (start.getTenant().length() > TENANT_LIMIT) {
      throw invalid("tenant is longer than " + TENANT_LIMIT + " characters");
    }
  }

  /** Checks all of a chunk but its length in tokens, which its tokenizing tells. */
  void check(Chunk chunk) {
    if (chunk.getTextBytes().isEmpty()) {
      throw invalid("chunk.text is empty");
    }
    if (chunk.getTextBytes().size() > maxTextBytes) {
      throw new ServingException(
          Reason.LIMIT_EXCEEDED, "chunk.text is over the limit of " + maxTextBytes + " bytes");
    }
    checkRatio(chunk.getRatio());
    role(chunk);
  }

  /** The chunk's role; unspecified is a passage. */
  static ChunkRole role(Chunk chunk) {
    return switch (chunk.getRole()) {
      case CHUNK_ROLE_UNSPECIFIED, CHUNK_ROLE_PASSAGE -> ChunkRole.PASSAGE;
      case CHUNK_ROLE_QUERY -> ChunkRole.QUERY;
      case UNRECOGNIZED -> throw invalid("chunk.role is unknown: " + chunk.getRoleValue());
    };
  }

  static ServingException invalid(String message) {
    return new ServingException(Reason.INVALID_REQUEST, message);
  }

  private void checkRatio(int ratio) {
    if (ratio == 0 || encoder.ratios().contains(ratio)) {
      return;
    }
    if (encoder.ratios().isEmpty()) {
      throw new ServingException(
          Reason.NO_BUNDLE, "no adapter bundle is installed, only embeddings (ratio 0) are made");
    }
    throw new ServingException(
        Reason.RATIO_UNSUPPORTED,
        "ratio " + Integer.toUnsignedString(ratio) + " is none of " + encoder.ratios());
  }
}
