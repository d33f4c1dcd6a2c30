package io.e2llm.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A hub on loopback with one file, of which it first gives a part and waits. */
final class StallingHub implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final byte[] content;
  private final int stallAfter;
  private final CountDownLatch asked = new CountDownLatch(1);
  private final CountDownLatch goOn = new CountDownLatch(1);

  /** The byte from which each request wants the file, in order. */
  final List<Integer> requests = new CopyOnWriteArrayList<>();

  StallingHub(byte[] content, int stallAfter) throws IOException {
    this.content = content.clone();
    this.stallAfter = stallAfter;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Waits for the first request. */
  void awaitRequest() throws InterruptedException {
    assertTrue(asked.await(60, TimeUnit.SECONDS), "nobody asked");
  }

  /** Gives the rest, and everything at once from now on. */
  void goOn() {
    goOn.countDown();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      @Nullable String range = exchange.getRequestHeaders().getFirst("Range");
      int from = range == null ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
      requests.add(from);
      asked.countDown();
      byte[] rest = Arrays.copyOfRange(content, from, content.length);
      exchange
          .getResponseHeaders()
          .add(
              "Content-Range",
              "bytes %d-%d/%d".formatted(from, content.length - 1, content.length));
      exchange.sendResponseHeaders(range == null ? 200 : 206, rest.length);
      OutputStream out = exchange.getResponseBody();
      int first = goOn.getCount() == 0 ? rest.length : Math.min(stallAfter, rest.length);
      out.write(rest, 0, first);
      out.flush();
      goOn.await();
      out.write(rest, first, rest.length - first);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    goOn();
    server.stop(0);
    threads.shutdownNow();
  }
}
