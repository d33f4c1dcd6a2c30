package io.e2llm.gateway.request;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Events for one request's thread. Any thread posts; only the request's thread takes. Its length is
 * bounded by what was requested of each stream.
 */
public final class Mailbox {
  private final LinkedBlockingQueue<CallEvent> events = new LinkedBlockingQueue<>();

  /** Leaves an event. Never blocks. */
  public void post(CallEvent event) {
    events.add(event);
  }

  /** The next event, or null when none comes within {@code millis}. */
  @Nullable CallEvent take(long millis) throws InterruptedException {
    return millis == 0 ? events.poll() : events.poll(millis, TimeUnit.MILLISECONDS);
  }
}
