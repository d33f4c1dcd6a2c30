package io.e2llm.gateway.http;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.ServerErrorHandler;
import com.linecorp.armeria.server.ServiceConfig;
import com.linecorp.armeria.server.ServiceRequestContext;
import org.jspecify.annotations.Nullable;

/** What no endpoint has answered, in the shape of OpenAI's errors. */
final class DoorErrors implements ServerErrorHandler {
  /** There is nothing at a path. */
  static HttpFailure nothing() {
    return new HttpFailure(
        HttpStatus.NOT_FOUND, "unknown_path", "", "there is nothing at this path");
  }

  @Override
  public @Nullable HttpResponse onServiceException(ServiceRequestContext context, Throwable cause) {
    return cause instanceof com.linecorp.armeria.server.HttpStatusException
            || cause instanceof com.linecorp.armeria.server.HttpResponseException
        ? null
        : Responses.failure(JsonEndpoint.told(cause));
  }

  @Override
  public @Nullable AggregatedHttpResponse renderStatus(
      @Nullable ServiceRequestContext context,
      ServiceConfig config,
      @Nullable RequestHeaders headers,
      HttpStatus status,
      @Nullable String description,
      @Nullable Throwable cause) {
    HttpFailure failure =
        switch (status.code()) {
          case 404 -> nothing();
          case 405 ->
              new HttpFailure(status, "method_not_allowed", "", "this path takes another method");
          case 413 -> new HttpFailure(status, "limit_exceeded", "", "the body is over the limit");
          default ->
              new HttpFailure(
                  status,
                  "http_" + status.code(),
                  "",
                  status.reasonPhrase().toLowerCase(java.util.Locale.ROOT));
        };
    return AggregatedHttpResponse.of(
        ResponseHeaders.builder(status).contentType(MediaType.JSON_UTF_8).build(),
        HttpData.wrap(Json.bytes(Responses.body(failure))));
  }
}
