package io.e2llm.gateway.http;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.cors.CorsService;
import com.linecorp.armeria.server.cors.CorsServiceBuilder;

/** What browsers are told: whose pages may call, and what a page may do. */
final class DoorPolicy {
  private static final String ANY = "*";

  private DoorPolicy() {}

  /** Tells it with every response. */
  static void apply(ServerBuilder builder, HttpSettings settings) {
    builder.addHeader("x-content-type-options", "nosniff");
    builder.addHeader("referrer-policy", "no-referrer");
    if (settings.corsOrigins().isEmpty()) {
      return;
    }
    CorsServiceBuilder cors =
        settings.corsOrigins().contains(ANY)
            ? CorsService.builderForAnyOrigin()
            : CorsService.builder(settings.corsOrigins());
    builder.decorator(
        cors.allowRequestMethods(
                HttpMethod.GET,
                HttpMethod.POST,
                HttpMethod.PUT,
                HttpMethod.PATCH,
                HttpMethod.DELETE)
            .allowAllRequestHeaders(true)
            .exposeHeaders(HttpHeaderNames.RETRY_AFTER)
            .newDecorator());
  }
}
