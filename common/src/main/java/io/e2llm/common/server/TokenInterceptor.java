package io.e2llm.common.server;

import io.e2llm.common.error.Reason;
import io.e2llm.common.error.ServingException;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import org.jspecify.annotations.Nullable;

/** Lets in only callers that show a known bearer token. */
final class TokenInterceptor implements ServerInterceptor {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final String SCHEME = "Bearer ";

  private final TokenDigests tokens;

  TokenInterceptor(TokenDigests tokens) {
    this.tokens = tokens;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    if (!tokens.isEmpty() && !known(headers.get(AUTHORIZATION))) {
      throw new ServingException(Reason.UNAUTHENTICATED, "a known bearer token is needed");
    }
    return next.startCall(call, headers);
  }

  private boolean known(@Nullable String header) {
    return header != null
        && header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
        && tokens.contains(header.substring(SCHEME.length()).strip());
  }
}
