package io.e2llm.engine.catalogue;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Gets the head of an answer within the time that patience allows, name look-up, connecting and
 * redirections included. The token goes to the first address only, and never from HTTPS to HTTP.
 */
final class HttpAnswer {
  private static final int REDIRECTS = 5;

  private final HttpClient client;
  private final ExecutorService threads;
  private final Optional<String> token;
  private final Patience patience;

  HttpAnswer(
      HttpClient client, ExecutorService threads, Optional<String> token, Patience patience) {
    this.client = client;
    this.threads = threads;
    this.token = token;
    this.patience = patience;
  }

  /** The answer, 200 or 206, to a request for the file from byte {@code from} on. */
  HttpResponse<InputStream> get(URI uri, long from, ModelFile file)
      throws IOException, InterruptedException {
    Future<HttpResponse<InputStream>> answer = threads.submit(() -> follow(uri, from, file));
    try {
      return answer.get(patience.answer().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw new FetchException("does not answer", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof FetchException failure) {
        throw failure;
      }
      throw new FetchException("is not reachable", e);
    }
  }

  /** Whether a partial answer begins at {@code from}. */
  static boolean begins(HttpResponse<?> response, long from) {
    return response
        .headers()
        .firstValue("Content-Range")
        .map(range -> range.toLowerCase(Locale.ROOT).startsWith("bytes " + from + "-"))
        .orElse(false);
  }

  private HttpResponse<InputStream> follow(URI first, long from, ModelFile file)
      throws IOException, InterruptedException {
    URI uri = first;
    for (int i = 0; i <= REDIRECTS; i++) {
      HttpResponse<InputStream> response =
          client.send(
              request(uri, from, sameServer(first, uri)),
              HttpResponse.BodyHandlers.ofInputStream());
      int status = response.statusCode();
      if (status == 200 || status == 206) {
        return response;
      }
      response.body().close();
      Optional<String> location = response.headers().firstValue("Location");
      if (status / 100 != 3 || location.isEmpty()) {
        throw refusal(status, file);
      }
      URI next = uri.resolve(location.get());
      if ("https".equals(uri.getScheme()) && !"https".equals(next.getScheme())) {
        throw new FetchException("redirects to an unprotected address");
      }
      uri = next;
    }
    throw new FetchException("redirects too often");
  }

  private HttpRequest request(URI uri, long from, boolean withToken) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .timeout(patience.answer().plus(Duration.ofSeconds(1)))
            .header("User-Agent", "e2llm");
    if (from > 0) {
      request.header("Range", "bytes=" + from + "-");
    }
    if (withToken) {
      token.ifPresent(value -> request.header("Authorization", "Bearer " + value));
    }
    return request.build();
  }

  private static boolean sameServer(URI a, URI b) {
    return a.getScheme().equals(b.getScheme()) && a.getRawAuthority().equals(b.getRawAuthority());
  }

  private static FetchException refusal(int status, ModelFile file) {
    return new FetchException(
        switch (status) {
          case 401, 403 -> "refuses " + file.path() + " (set HF_TOKEN if the model is gated)";
          case 404 -> "has no " + file.path();
          default -> "answers " + status + " for " + file.path();
        });
  }
}
