package io.e2llm.engine.catalogue;

import java.io.IOException;
import java.io.Serial;

/** A source did not give what the catalogue says; the next one may. The message is one line. */
final class FetchException extends IOException {
  @Serial private static final long serialVersionUID = 1L;

  FetchException(String message) {
    super(message);
  }

  FetchException(String message, Throwable cause) {
    super(message, cause);
  }
}
