package io.e2llm.gateway.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.e2llm.common.server.TokenDigests;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.Function;

/** Adds endpoints to a server, all behind the same lock. */
final class Routes {
  private final ServerBuilder builder;
  private final Executor threads;
  private final Duration bodyTimeout;
  private final TokenDigests tokens;

  /**
   * Endpoints.
   *
   * @param threads on which they run
   * @param bodyTimeout how long a body may take to come
   * @param tokens of which callers must show one, unless there are none
   */
  Routes(ServerBuilder builder, Executor threads, Duration bodyTimeout, TokenDigests tokens) {
    this.bodyTimeout = bodyTimeout;
    this.builder = builder;
    this.threads = threads;
    this.tokens = tokens;
  }

  /** Takes a JSON object. */
  void post(String path, JsonEndpoint.Handler handler) {
    add(HttpMethod.POST, path, new JsonEndpoint(threads, bodyTimeout, handler));
  }

  /** Tells something. */
  void get(String path, Function<ServiceRequestContext, JsonNode> told) {
    add(HttpMethod.GET, path, new GetEndpoint(threads, told));
  }

  /** Takes a JSON object and changes something. */
  void patch(String path, JsonEndpoint.Handler handler) {
    add(HttpMethod.PATCH, path, new JsonEndpoint(threads, bodyTimeout, handler));
  }

  /** Removes something. */
  void delete(String path, Function<ServiceRequestContext, JsonNode> told) {
    add(HttpMethod.DELETE, path, new GetEndpoint(threads, told));
  }

  /** Serves a path with one method. */
  void add(HttpMethod method, String path, HttpService service) {
    HttpService locked = tokens.isEmpty() ? service : new BearerLock(service, tokens);
    builder.route().path(path).methods(method).build(locked);
  }
}
