package io.e2llm.gateway.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpResponseWriter;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A response of server-sent events. Each write waits until the client has taken it, so that a slow
 * client holds up whoever writes; one that takes nothing for too long is given up. Thread-safe.
 */
public final class EventStream {
  private static final byte[] DATA = "data: ".getBytes(StandardCharsets.UTF_8);
  private static final byte[] END = "\n\n".getBytes(StandardCharsets.UTF_8);

  private final HttpResponseWriter writer = HttpResponse.streaming();
  private final ReentrantLock lock = new ReentrantLock();

  private final Duration patience;

  /**
   * Begins with the headers.
   *
   * @param patience how long the client may take nothing
   */
  public EventStream(Duration patience) {
    this.patience = patience;
    writer.write(
        ResponseHeaders.builder(HttpStatus.OK)
            .contentType(MediaType.EVENT_STREAM)
            .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
            .set("x-accel-buffering", "no")
            .build());
  }

  /** What is served. */
  public HttpResponse response() {
    return writer;
  }

  /** Sends an event; false when the client is gone. */
  public boolean send(JsonNode data) {
    return write("", Json.bytes(data));
  }

  /** Sends an event with a name; false when the client is gone. */
  public boolean send(String event, JsonNode data) {
    return write("event: " + event + "\n", Json.bytes(data));
  }

  /** Sends an event that is no JSON; false when the client is gone. */
  public boolean send(String data) {
    return write("", data.getBytes(StandardCharsets.UTF_8));
  }

  private boolean write(String before, byte[] data) {
    ByteArrayOutputStream event = new ByteArrayOutputStream(data.length + before.length() + 8);
    event.writeBytes(before.getBytes(StandardCharsets.UTF_8));
    event.writeBytes(DATA);
    event.writeBytes(data);
    event.writeBytes(END);
    lock.lock();
    try {
      if (!writer.tryWrite(HttpData.wrap(event.toByteArray()))) {
        return false;
      }
      writer.whenConsumed().get(patience.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (ExecutionException | CancellationException gone) {
      return false;
    } catch (TimeoutException late) {
      writer.abort(late);
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      writer.abort(e);
      return false;
    } finally {
      lock.unlock();
    }
  }

  /** Ends the response. */
  public void close() {
    writer.close();
  }
}
