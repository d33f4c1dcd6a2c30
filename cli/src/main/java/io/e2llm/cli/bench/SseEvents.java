package io.e2llm.cli.bench;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads the data of server-sent events (WHATWG HTML, 9.2.6), however they were cut. */
final class SseEvents implements Closeable {
  private final BufferedReader lines;

  SseEvents(InputStream in) {
    lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
  }

  /**
   * Data of the next event that has some, its lines joined; null at the end of the stream. An event
   * that the end cuts off is none.
   */
  @Nullable String next() throws IOException {
    @Nullable StringBuilder data = null;
    for (@Nullable String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.isEmpty()) {
        if (data != null) {
          return data.toString();
        }
      } else if (line.startsWith("data:")) {
        String value = line.substring(line.startsWith("data: ") ? 6 : 5);
        data = data == null ? new StringBuilder(value) : data.append('\n').append(value);
      }
    }
    return null;
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
