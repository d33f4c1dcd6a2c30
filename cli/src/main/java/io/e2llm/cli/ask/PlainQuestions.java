package io.e2llm.cli.ask;

import io.e2llm.cli.CommandFailure;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Questions from a pipe or file, a line each. */
final class PlainQuestions implements QuestionSource {
  private final BufferedReader lines;

  PlainQuestions(InputStream in) {
    lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
  }

  @Override
  public @Nullable String next() {
    try {
      return lines.readLine();
    } catch (IOException e) {
      throw CommandFailure.failed("standard input cannot be read");
    }
  }

  @Override
  public void onInterrupt(Runnable cancel) {
    // Without a terminal an interrupt ends the process.
  }

  @Override
  public void close() {
    // Standard input stays open.
  }
}
