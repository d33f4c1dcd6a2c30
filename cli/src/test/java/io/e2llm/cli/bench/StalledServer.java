package io.e2llm.cli.bench;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** Begins an answer and then says nothing more, until it is closed. */
final class StalledServer implements AutoCloseable {
  private final ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
  private final Thread thread;

  StalledServer(String beginning) throws IOException {
    thread = Thread.ofVirtual().start(() -> serve(beginning));
  }

  URI base() {
    return URI.create("http://127.0.0.1:" + socket.getLocalPort() + "/v1");
  }

  private void serve(String beginning) {
    try (Socket client = socket.accept()) {
      OutputStream out = client.getOutputStream();
      String head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n";
      out.write((head + beginning).getBytes(StandardCharsets.UTF_8));
      out.flush();
      while (client.getInputStream().read() >= 0) {
        // The request, then nothing until the client has gone.
      }
    } catch (IOException e) {
      // The client has gone.
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
    thread.interrupt();
  }
}
