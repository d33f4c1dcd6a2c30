package io.e2llm.cli.bench;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An OpenAI-compatible endpoint on loopback that answers with the pieces it was told. */
public final class OpenAiServer implements AutoCloseable {
  /** The ordinary end of an answer of two tokens. */
  public static final String END =
      """
      data: {"choices":[{"delta":{},"finish_reason":"length"}]}

      data: {"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":2}}

      data: [DONE]

      """;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<String> bodies = new CopyOnWriteArrayList<>();
  private final List<String> keys = new CopyOnWriteArrayList<>();

  private OpenAiServer(HttpServer server) {
    this.server = server;
  }

  /**
   * A server.
   *
   * @param path what it serves
   * @param status of its answers
   * @param complete whether answers end; else the connection breaks after the pieces
   * @param pieces what it sends, each flushed
   */
  public static OpenAiServer start(String path, int status, boolean complete, String... pieces)
      throws IOException {
    HttpServer http =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    OpenAiServer server = new OpenAiServer(http);
    http.setExecutor(server.threads);
    http.createContext(path, exchange -> server.answer(exchange, status, complete, pieces));
    http.start();
    return server;
  }

  /** The event of a token. */
  public static String token(String text) {
    return "data: {\"choices\":[{\"delta\":{\"content\":\"" + text + "\"}}]}\n\n";
  }

  /** Its address, up to {@code /v1}. */
  public URI base() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1");
  }

  /** Bodies it was sent. */
  public List<String> bodies() {
    return bodies;
  }

  /** Keys it was sent. */
  public List<String> keys() {
    return keys;
  }

  private void answer(HttpExchange exchange, int status, boolean complete, String... pieces)
      throws IOException {
    bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
    keys.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
    exchange.sendResponseHeaders(status, 0);
    OutputStream out = exchange.getResponseBody();
    for (String piece : pieces) {
      out.write(piece.getBytes(StandardCharsets.UTF_8));
      out.flush();
    }
    if (!complete) {
      throw new IOException("the server dies");
    }
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
