package io.e2llm.gateway.request;

import io.e2llm.common.error.ServingException;
import io.e2llm.encoder.v1.EncodedChunk;
import io.e2llm.gateway.v1.GenerateRequest;
import io.e2llm.gateway.v1.PutDocumentRequest;
import org.jspecify.annotations.Nullable;

/** What a request's thread is told. */
public sealed interface CallEvent {
  /** The client sent a message. */
  record ClientMessage(GenerateRequest message) implements CallEvent {}

  /** The client sent more of a document. */
  record Uploaded(PutDocumentRequest message) implements CallEvent {}

  /** The client half-closed. */
  record ClientDone() implements CallEvent {}

  /** The client gave up, or its deadline passed. */
  record ClientGone() implements CallEvent {}

  /** Something may go on now: the client reads again, or the decoder takes more. */
  record Wake() implements CallEvent {}

  /** The gateway ends the request. */
  record Abort(ServingException failure) implements CallEvent {}

  /** A chunk came back. */
  record Encoded(EncodeStream stream, EncodedChunk chunk) implements CallEvent {}

  /** A stream to an encoder ended; {@code failure} is null when the encoder completed it. */
  record EncoderEnded(EncodeStream stream, @Nullable Throwable failure) implements CallEvent {}

  /** The decoder sent an event. */
  record Decoded(DecoderCall call, io.e2llm.decoder.v1.GenerateResponse event)
      implements CallEvent {}

  /** The call to a decoder ended; {@code failure} is null when the decoder completed it. */
  record DecoderEnded(DecoderCall call, @Nullable Throwable failure) implements CallEvent {}
}
