package io.e2llm.engine.catalogue;

import java.io.IOException;
import java.io.Serial;

/** A download ended before its end, after at least one byte; it can be resumed. */
final class CutOffException extends IOException {
  @Serial private static final long serialVersionUID = 1L;

  CutOffException(String message, Throwable cause) {
    super(message, cause);
  }
}
