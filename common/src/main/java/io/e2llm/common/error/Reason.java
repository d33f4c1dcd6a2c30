package io.e2llm.common.error;

import io.grpc.Status;

/**
 * Why a call failed: the stable name that clients may act on, with its gRPC code and HTTP status.
 * Names are never reused for another meaning.
 */
public enum Reason {
  /** A field is missing, out of range, or in the wrong place. */
  INVALID_REQUEST(Status.Code.INVALID_ARGUMENT, 400),
  /** The question is empty. */
  EMPTY_QUESTION(Status.Code.INVALID_ARGUMENT, 400),
  /** The context is over the gateway's limit, or does not fit the window in text mode. */
  CONTEXT_TOO_LONG(Status.Code.INVALID_ARGUMENT, 400),
  /** The prompt alone exceeds the window. */
  PROMPT_TOO_LONG(Status.Code.INVALID_ARGUMENT, 400),
  /** A chunk has more tokens than the encoder takes. */
  CHUNK_TOO_LONG(Status.Code.INVALID_ARGUMENT, 400),
  /** The bundle was not trained for this ratio. */
  RATIO_UNSUPPORTED(Status.Code.INVALID_ARGUMENT, 400),
  /** A tensor's type, shape and bytes do not belong together. */
  TENSOR_MALFORMED(Status.Code.INVALID_ARGUMENT, 400),
  /** A tensor is not as wide as the model wants. */
  TENSOR_WIDTH(Status.Code.INVALID_ARGUMENT, 400),
  /** A tensor holds NaN or infinity. */
  TENSOR_NOT_FINITE(Status.Code.INVALID_ARGUMENT, 400),
  /** A token id outside the vocabulary. */
  TOKEN_OUT_OF_RANGE(Status.Code.INVALID_ARGUMENT, 400),
  /** The chat template refuses the conversation. */
  CHAT_TEMPLATE(Status.Code.INVALID_ARGUMENT, 400),
  /** The caller expects another encoder. */
  ENCODER_MISMATCH(Status.Code.FAILED_PRECONDITION, 409),
  /** Encoder and decoder hold different bundles. */
  BUNDLE_MISMATCH(Status.Code.FAILED_PRECONDITION, 409),
  /** Soft prompts are wanted and no bundle is installed. */
  NO_BUNDLE(Status.Code.FAILED_PRECONDITION, 409),
  /** There is no such document. */
  UNKNOWN_DOCUMENT(Status.Code.NOT_FOUND, 404),
  /** The document was replaced or deleted while it was read. */
  DOCUMENT_CHANGED(Status.Code.ABORTED, 409),
  /** This gateway keeps no documents. */
  NO_DOCUMENTS(Status.Code.FAILED_PRECONDITION, 409),
  /** The store of documents does not answer. */
  STORE_UNREACHABLE(Status.Code.UNAVAILABLE, 503),
  /** No or wrong credentials. */
  UNAUTHENTICATED(Status.Code.UNAUTHENTICATED, 401),
  /** Too many requests wait already. */
  QUEUE_FULL(Status.Code.RESOURCE_EXHAUSTED, 429),
  /** Too many requests run already. */
  TOO_MANY_REQUESTS(Status.Code.RESOURCE_EXHAUSTED, 429),
  /** A message, or a count in it, is over a limit. */
  LIMIT_EXCEEDED(Status.Code.RESOURCE_EXHAUSTED, 413),
  /** The generation can never fit the KV cache. */
  KV_FULL(Status.Code.RESOURCE_EXHAUSTED, 429),
  /** The client did not read its events in time. */
  SLOW_READER(Status.Code.RESOURCE_EXHAUSTED, 408),
  /** The client did not send its messages in time. */
  SLOW_WRITER(Status.Code.DEADLINE_EXCEEDED, 408),
  /** The deadline passed. */
  DEADLINE_EXCEEDED(Status.Code.DEADLINE_EXCEEDED, 504),
  /** The caller gave up. */
  CANCELLED(Status.Code.CANCELLED, 499),
  /** A tier this one needs does not answer. */
  TIER_UNREACHABLE(Status.Code.UNAVAILABLE, 503),
  /** This process is shutting down. */
  DRAINING(Status.Code.UNAVAILABLE, 503),
  /** A defect; the log has the details. */
  INTERNAL(Status.Code.INTERNAL, 500);

  private final Status.Code code;
  private final int httpStatus;

  Reason(Status.Code code, int httpStatus) {
    this.code = code;
    this.httpStatus = httpStatus;
  }

  /** The gRPC status code. */
  public Status.Code code() {
    return code;
  }

  /** The HTTP status. */
  public int httpStatus() {
    return httpStatus;
  }
}
