package io.e2llm.gateway.http;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.SimpleDecoratingHttpService;
import io.e2llm.common.server.TokenDigests;
import org.jspecify.annotations.Nullable;

/**
 * Lets in only callers that show a known bearer token; others are answered before they are read.
 */
final class BearerLock extends SimpleDecoratingHttpService {
  private static final String SCHEME = "Bearer ";

  private final TokenDigests tokens;

  BearerLock(HttpService behind, TokenDigests tokens) {
    super(behind);
    this.tokens = tokens;
  }

  @Override
  public HttpResponse serve(ServiceRequestContext context, HttpRequest request) throws Exception {
    @Nullable String header = request.headers().get(HttpHeaderNames.AUTHORIZATION);
    if (header != null
        && header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
        && tokens.contains(header.substring(SCHEME.length()).strip())) {
      return unwrap().serve(context, request);
    }
    return Responses.failure(
        new HttpFailure(
            HttpStatus.UNAUTHORIZED,
            "invalid_api_key",
            "",
            header == null ? "an API key is needed" : "the API key is not known"));
  }
}
