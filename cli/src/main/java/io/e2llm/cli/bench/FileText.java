package io.e2llm.cli.bench;

import io.e2llm.cli.CommandFailure;
import io.e2llm.cli.context.Document;
import io.e2llm.cli.context.TextPieces;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The sentences of a text file, drawn at random, so that no two documents of a workload have a
 * stretch in common that a cache could know.
 */
final class FileText implements SentenceSource {
  private final String name;
  private final List<String> sentences;

  private FileText(String name, List<String> sentences) {
    this.name = name;
    this.sentences = sentences;
  }

  /**
   * Reads a UTF-8 text.
   *
   * @throws CommandFailure when it cannot be read or holds too few sentences to draw from
   */
  static FileText read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw CommandFailure.failed(file + ": no such file");
    }
    StringBuilder text = new StringBuilder();
    try (TextPieces pieces = TextPieces.open(new Document.InFile(file))) {
      for (@Nullable String piece = pieces.next(); piece != null; piece = pieces.next()) {
        text.append(piece);
      }
    }
    List<String> sentences = split(text.toString());
    if (sentences.size() < 20) {
      throw CommandFailure.failed(file + ": holds fewer than 20 sentences to draw texts from");
    }
    return new FileText(String.valueOf(file.getFileName()), sentences);
  }

  private static List<String> split(String text) {
    BreakIterator breaks = BreakIterator.getSentenceInstance(Locale.ROOT);
    breaks.setText(text);
    List<String> sentences = new ArrayList<>();
    int begin = breaks.first();
    for (int end = breaks.next(); end != BreakIterator.DONE; end = breaks.next()) {
      String sentence = text.substring(begin, end).strip().replaceAll("\\s+", " ");
      if (!sentence.isEmpty()) {
        sentences.add(sentence);
      }
      begin = end;
    }
    return sentences;
  }

  @Override
  public String sentence(RandomGenerator random) {
    return sentences.get(random.nextInt(sentences.size()));
  }

  @Override
  public String name() {
    return name;
  }
}
