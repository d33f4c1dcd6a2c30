package io.e2llm.engine.catalogue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A hub on loopback that serves one repository, with faults on demand. */
final class FakeHub implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, byte[]> files = new ConcurrentHashMap<>();
  final List<String> requests = new CopyOnWriteArrayList<>();
  final List<String> tokens = new CopyOnWriteArrayList<>();
  final AtomicInteger cutOffs = new AtomicInteger();
  volatile boolean ranges = true;
  volatile int cutAfter = 100_000;
  volatile String redirect = "";

  FakeHub() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
    put("config.json", Samples.CONFIG);
    put("sub/weights.bin", Samples.WEIGHTS);
  }

  void put(String path, byte[] content) {
    files.put("/org/tiny/resolve/" + Samples.REVISION + "/" + path, content);
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      String range = exchange.getRequestHeaders().getFirst("Range");
      requests.add(path.substring(path.lastIndexOf('/') + 1) + (range == null ? "" : " " + range));
      tokens.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
      if (!redirect.isEmpty()) {
        exchange.getResponseHeaders().add("Location", redirect + path);
        exchange.sendResponseHeaders(302, -1);
        return;
      }
      byte[] content = files.get(path);
      if (content == null) {
        exchange.sendResponseHeaders(404, -1);
        return;
      }
      send(exchange, content, ranges ? range : null);
    }
  }

  private void send(HttpExchange exchange, byte[] content, @Nullable String range)
      throws IOException {
    int from = 0;
    if (range != null) {
      from = Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
      exchange
          .getResponseHeaders()
          .add(
              "Content-Range",
              "bytes %d-%d/%d".formatted(from, content.length - 1, content.length));
    }
    byte[] rest = Arrays.copyOfRange(content, from, content.length);
    exchange.sendResponseHeaders(range == null ? 200 : 206, rest.length);
    OutputStream out = exchange.getResponseBody();
    if (rest.length > cutAfter && cutOffs.getAndDecrement() > 0) {
      out.write(rest, 0, cutAfter);
      out.flush();
      return; // closing the exchange now breaks the connection
    }
    out.write(rest);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.close();
  }
}
