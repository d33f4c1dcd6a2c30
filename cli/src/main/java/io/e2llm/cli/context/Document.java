package io.e2llm.cli.context;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** One text of the context. */
public sealed interface Document {
  /** Its name, for citations and errors. */
  String name();

  /** Opens it; the caller closes. */
  InputStream open() throws IOException;

  /**
   * A file; it can be opened again and again.
   *
   * @param path the file
   */
  record InFile(Path path) implements Document {
    @Override
    public String name() {
      return path.toString();
    }

    @Override
    public InputStream open() throws IOException {
      return Files.newInputStream(path);
    }
  }

  /**
   * A stream that can be read once.
   *
   * @param name what to call it
   * @param stream the stream
   */
  record Stream(String name, InputStream stream) implements Document {
    @Override
    public InputStream open() {
      return stream;
    }
  }
}
