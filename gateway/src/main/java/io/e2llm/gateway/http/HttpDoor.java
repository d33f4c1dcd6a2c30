package io.e2llm.gateway.http;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.metric.NoopMeterRegistry;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import io.e2llm.common.lifecycle.StartupException;
import io.e2llm.common.server.ListenSettings;
import io.e2llm.common.server.TierServer;
import io.e2llm.common.server.TokenDigests;
import io.e2llm.gateway.GatewayTier;
import io.e2llm.gateway.http.documents.DocumentEndpoints;
import io.e2llm.gateway.http.documents.TextEndpoint;
import io.e2llm.gateway.http.documents.UploadEndpoint;
import io.e2llm.gateway.http.openai.ChatEndpoint;
import io.e2llm.gateway.http.openai.CompletionEndpoint;
import io.e2llm.gateway.http.openai.EmbeddingEndpoint;
import io.e2llm.gateway.http.openai.LongText;
import io.e2llm.gateway.http.openai.Models;
import io.grpc.Channel;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gateway's HTTP server. Everything it answers it asks the gateway for over gRPC within the
 * process. Requests run on virtual threads. {@link #close} lets running answers end, as long as the
 * settings say, and frees port and threads.
 */
public final class HttpDoor implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(HttpDoor.class);
  private static final String NAME = "http";

  /** Without some such time, running requests would not be waited for at all. */
  private static final Duration QUIET = Duration.ofMillis(50);

  private final Server server;
  private final ExecutorService threads;

  private HttpDoor(Server server, ExecutorService threads) {
    this.server = server;
    this.threads = threads;
  }

  /**
   * Opens it.
   *
   * @param channel to the gateway within this process
   * @param gateway the same gateway, which tells how it fares
   * @throws StartupException when the port is taken, or the address lacks TLS and authentication
   */
  public static HttpDoor open(
      HttpSettings settings, Channel channel, GatewayTier gateway, Clock clock) {
    ListenSettings listen = settings.listen();
    check(settings);
    ExecutorService threads =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("e2llm-http-", 0).factory());
    ServerBuilder builder =
        Server.builder()
            .maxRequestLength(listen.maxMessage().bytes())
            .requestTimeoutMillis(0)
            .http2MaxStreamsPerConnection(listen.maxCallsPerConnection())
            .gracefulShutdownTimeout(
                QUIET, listen.drainTimeout().compareTo(QUIET) < 0 ? QUIET : listen.drainTimeout())
            .meterRegistry(NoopMeterRegistry.get())
            .unloggedExceptionsReportIntervalMillis(0)
            .errorHandler(new DoorErrors());
    DoorNetwork.listen(builder, listen);
    Models models = new Models(channel);
    LongText longText = new LongText(settings.encodeThreshold(), gateway::encoderTokens);
    Streaming streaming = new Streaming(threads, settings.readerTimeout());
    ChatEndpoint chat = new ChatEndpoint(channel, models, longText, streaming, clock);
    Routes routes =
        new Routes(builder, threads, settings.bodyTimeout(), new TokenDigests(listen.tokens()));
    routes.post("/v1/chat/completions", chat);
    routes.post("/v1/completions", new CompletionEndpoint(channel, models, streaming, clock));
    routes.post("/v1/embeddings", new EmbeddingEndpoint(channel, models));
    routes.get("/v1/models", context -> models.list());
    routes.get("/v1/models/{id}", context -> models.one(Exchange.part(context, "id")));
    DocumentEndpoints documents = new DocumentEndpoints(channel);
    routes.get("/v1/documents", documents::list);
    routes.get("/v1/documents/{id}", documents::get);
    routes.get("/v1/documents/{id}/chunks", documents::chunks);
    routes.patch("/v1/documents/{id}", documents::update);
    routes.delete("/v1/documents/{id}", documents::delete);
    routes.add(
        HttpMethod.PUT,
        "/v1/documents/{id}",
        new UploadEndpoint(channel, streaming, settings.bodyTimeout()));
    routes.add(HttpMethod.GET, "/v1/documents/{id}/text", new TextEndpoint(channel, threads));
    routes.get("/v1/status", new StatusEndpoint(gateway, models, clock));
    PageRoutes.add(builder);
    DoorPolicy.apply(builder, settings);
    Server server = builder.build();
    try {
      server.start().join();
    } catch (CompletionException e) {
      threads.close();
      throw listen.bindAddress(NAME).refusal(e);
    }
    log.info("http listens on port {}", server.activeLocalPort());
    return new HttpDoor(server, threads);
  }

  /**
   * Checks that it may listen so.
   *
   * @throws StartupException when the address lacks TLS and authentication, or a certificate cannot
   *     be read
   */
  public static void check(HttpSettings settings) {
    TierServer.check(NAME, settings.listen());
  }

  /** The port it listens on. */
  public int port() {
    return server.activeLocalPort();
  }

  @Override
  public void close() {
    server.stop().join();
    threads.close();
  }
}
