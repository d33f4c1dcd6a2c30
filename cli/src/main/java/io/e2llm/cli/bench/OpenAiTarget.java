package io.e2llm.cli.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Asks an OpenAI-compatible endpoint over HTTP/1.1 and reads the streamed answers. */
final class OpenAiTarget implements BenchTarget {
  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final int MOST_OF_AN_ERROR = 1 << 14;

  private final OpenAiEndpoint endpoint;
  private final HttpClient client;

  OpenAiTarget(OpenAiEndpoint endpoint) {
    this.endpoint = endpoint;
    client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT)
            .build();
  }

  @Override
  public String name() {
    return endpoint.address().toString();
  }

  @Override
  public Outcome ask(PlannedRequest request) throws InterruptedException {
    HttpRequest.Builder http =
        HttpRequest.newBuilder(endpoint.address())
            .timeout(endpoint.timeout())
            .header("Content-Type", "application/json")
            .header("Accept", "text/event-stream")
            .POST(BodyPublishers.ofByteArray(OpenAiBody.of(endpoint, request)));
    endpoint.key().ifPresent(key -> http.header("Authorization", "Bearer " + key));
    HttpRequest built = http.build();
    TokenClock clock = new TokenClock();
    try {
      HttpResponse<InputStream> response = client.send(built, BodyHandlers.ofInputStream());
      return response.statusCode() == 200 ? read(response.body(), clock) : refused(response);
    } catch (HttpTimeoutException e) {
      return timedOut();
    } catch (ConnectException e) {
      return new Outcome.Failed("no connection", endpoint.base() + " does not answer");
    } catch (IOException e) {
      return broken(clock, e);
    }
  }

  private Outcome read(InputStream body, TokenClock clock) {
    AtomicBoolean late = new AtomicBoolean();
    CompletableFuture<Void> watch = watch(body, late);
    OpenAiAnswer answer = new OpenAiAnswer(clock);
    try (SseEvents events = new SseEvents(body)) {
      for (@Nullable String data = events.next(); data != null; data = events.next()) {
        Optional<Outcome.Failed> failure = answer.event(data);
        if (failure.isPresent()) {
          return failure.get();
        }
        if (answer.done()) {
          break;
        }
      }
      return late.get() ? timedOut() : answer.end();
    } catch (IOException e) {
      return late.get() ? timedOut() : broken(clock, e);
    } finally {
      watch.cancel(false);
    }
  }

  /** The client's own timeout ends with the headers; this one ends a stream that is too slow. */
  private CompletableFuture<Void> watch(InputStream body, AtomicBoolean late) {
    CompletableFuture<Void> watch =
        new CompletableFuture<Void>()
            .completeOnTimeout(null, endpoint.timeout().toNanos(), TimeUnit.NANOSECONDS);
    var unused =
        watch.thenRun(
            () -> {
              late.set(true);
              close(body);
            });
    return watch;
  }

  private static void close(InputStream body) {
    try {
      body.close();
    } catch (IOException e) {
      // The reading thread tells.
    }
  }

  private static Outcome refused(HttpResponse<InputStream> response) throws IOException {
    String reason = "HTTP " + response.statusCode();
    try (InputStream in = response.body()) {
      byte[] text = in.readNBytes(MOST_OF_AN_ERROR);
      return OpenAiAnswer.failed(reason, parse(text));
    }
  }

  private static JsonNode parse(byte[] text) {
    try {
      return new ObjectMapper().readTree(text);
    } catch (IOException e) {
      return NullNode.getInstance();
    }
  }

  private Outcome timedOut() {
    return new Outcome.Failed("timeout", "no end within " + endpoint.timeout().toSeconds() + " s");
  }

  private static Outcome broken(TokenClock clock, IOException failure) {
    return new Outcome.Failed(
        "connection lost",
        "after %d tokens: %s".formatted(clock.events(), String.valueOf(failure.getMessage())));
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
