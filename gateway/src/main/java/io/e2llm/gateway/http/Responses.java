package io.e2llm.gateway.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;

/** Answers that are whole. */
public final class Responses {
  private static final String PAUSE_SECONDS = "1";

  private Responses() {}

  /** JSON. */
  public static HttpResponse json(JsonNode body) {
    return json(HttpStatus.OK, body);
  }

  /** JSON with a status of its own. */
  public static HttpResponse json(HttpStatus status, JsonNode body) {
    return HttpResponse.of(status, MediaType.JSON_UTF_8, HttpData.wrap(Json.bytes(body)));
  }

  /** A failure. */
  public static HttpResponse failure(Throwable failure) {
    HttpFailure told = HttpFailure.of(failure);
    ResponseHeadersBuilder headers =
        ResponseHeaders.builder(told.status()).contentType(MediaType.JSON_UTF_8);
    if (told.passes()) {
      headers.set(HttpHeaderNames.RETRY_AFTER, PAUSE_SECONDS);
    }
    if (told.status().equals(HttpStatus.UNAUTHORIZED)) {
      headers.set(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer");
    }
    return HttpResponse.of(headers.build(), HttpData.wrap(Json.bytes(body(told))));
  }

  /** What is told of a failure. */
  public static ObjectNode body(HttpFailure failure) {
    ObjectNode body = Json.object();
    ObjectNode error = body.putObject("error");
    error.put("message", failure.getMessage());
    error.put("type", failure.type());
    error.put("param", failure.param().orElse(null));
    error.put("code", failure.code());
    return body;
  }
}
