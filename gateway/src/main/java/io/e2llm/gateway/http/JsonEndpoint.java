package io.e2llm.gateway.http;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.ClosedSessionException;
import com.linecorp.armeria.common.ContentTooLargeException;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseCompleteException;
import com.linecorp.armeria.common.stream.AbortedStreamException;
import com.linecorp.armeria.common.stream.ClosedStreamException;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.RequestTimeoutException;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.e2llm.common.error.Reason;
import io.e2llm.common.error.ServingException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint that takes a JSON object: reads the body, bounded, and hands it to a handler on a
 * virtual thread. Whatever fails before the response has begun is told in the shape of OpenAI's
 * errors.
 */
public final class JsonEndpoint implements HttpService {
  private final Executor threads;
  private final Duration bodyTimeout;
  private final Handler handler;

  /** What answers a request; it may block. */
  public interface Handler {
    /**
     * Answers.
     *
     * @throws InterruptedException when the server stops
     */
    HttpResponse answer(Fields body, Exchange exchange) throws InterruptedException;
  }

  /**
   * An endpoint.
   *
   * @param threads on which its handler runs
   * @param bodyTimeout how long a body may take to come, SLOW_WRITER
   */
  public JsonEndpoint(Executor threads, Duration bodyTimeout, Handler handler) {
    this.threads = threads;
    this.bodyTimeout = bodyTimeout;
    this.handler = handler;
  }

  @Override
  public HttpResponse serve(ServiceRequestContext context, HttpRequest request) {
    @Nullable MediaType type = request.contentType();
    if (type == null || !type.isJson()) {
      return Responses.failure(
          new HttpFailure(
              HttpStatus.UNSUPPORTED_MEDIA_TYPE,
              "unsupported_media_type",
              "",
              "the body has to be application/json"));
    }
    Departure departure = new Departure();
    context.setRequestTimeout(bodyTimeout);
    CompletableFuture<HttpResponse> answer =
        request
            .aggregate()
            .thenApplyAsync(
                whole -> {
                  context.clearRequestTimeout();
                  return answer(whole, new Exchange(context, departure));
                },
                threads)
            .exceptionally(failure -> Responses.failure(told(failure)));
    HttpResponse response = HttpResponse.of(answer);
    departure.watch(response);
    return response;
  }

  private HttpResponse answer(AggregatedHttpRequest request, Exchange exchange) {
    try {
      return handler.answer(Json.read(request.content().array()), exchange);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CompletionException(e);
    }
  }

  private static HttpFailure gone(Throwable cause) {
    return HttpFailure.of(new ServingException(Reason.CANCELLED, "the caller gave up", cause));
  }

  /** What reading the body may end with. */
  public static Throwable told(Throwable failure) {
    @Nullable Throwable cause = failure.getCause();
    Throwable own = failure instanceof CompletionException && cause != null ? cause : failure;
    return switch (own) {
      case ContentTooLargeException large ->
          new HttpFailure(
              HttpStatus.REQUEST_ENTITY_TOO_LARGE,
              "limit_exceeded",
              "",
              "the body has more than " + large.maxContentLength() + " bytes");
      case RequestTimeoutException late ->
          HttpFailure.of(
              new ServingException(Reason.SLOW_WRITER, "the body did not come in time", late));
      case ClosedSessionException gone -> gone(gone);
      case ClosedStreamException gone -> gone(gone);
      case AbortedStreamException gone -> gone(gone);
      case ResponseCompleteException gone -> gone(gone);
      case IOException gone -> gone(gone);
      default -> own;
    };
  }
}
