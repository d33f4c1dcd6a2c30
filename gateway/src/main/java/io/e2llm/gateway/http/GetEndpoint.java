package io.e2llm.gateway.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;

/** An endpoint that only tells something, on a virtual thread. */
final class GetEndpoint implements HttpService {
  private final Executor threads;
  private final Function<ServiceRequestContext, JsonNode> told;

  GetEndpoint(Executor threads, Function<ServiceRequestContext, JsonNode> told) {
    this.threads = threads;
    this.told = told;
  }

  @Override
  public HttpResponse serve(ServiceRequestContext context, HttpRequest request) {
    return HttpResponse.of(
        CompletableFuture.supplyAsync(() -> Responses.json(told.apply(context)), threads)
            .exceptionally(failure -> Responses.failure(JsonEndpoint.told(failure))));
  }
}
