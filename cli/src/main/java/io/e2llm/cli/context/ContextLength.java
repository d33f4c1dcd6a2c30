package io.e2llm.cli.context;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Looks through the files of a context before anything else is done with them. */
public final class ContextLength {
  private ContextLength() {}

  /**
   * Checks every file and counts.
   *
   * @return code points of all documents, or 0 when one of them is a stream, which cannot be read
   *     twice
   * @throws io.e2llm.cli.CommandFailure when a file is empty or is not UTF-8 text
   */
  public static long codePoints(List<Document> documents) {
    long all = 0;
    boolean known = true;
    for (Document document : documents) {
      switch (document) {
        case Document.InFile file -> all += codePoints(file);
        case Document.Stream stream -> known = false;
      }
    }
    return known ? all : 0;
  }

  private static long codePoints(Document.InFile file) {
    long count = 0;
    try (TextPieces pieces = TextPieces.open(file)) {
      for (@Nullable String piece = pieces.next(); piece != null; piece = pieces.next()) {
        count += piece.codePointCount(0, piece.length());
      }
    }
    return count;
  }
}
