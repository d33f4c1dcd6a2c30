package io.e2llm.cli.texts;

import io.e2llm.cli.CommandFailure;
import java.nio.file.Path;
import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;

/**
 * The sentences of a text file, drawn at random, so that no two documents of a workload have a
 * stretch in common that a cache could know.
 */
public final class FileText implements SentenceSource {
  private final String name;
  private final List<String> sentences;

  private FileText(String name, List<String> sentences) {
    this.name = name;
    this.sentences = sentences;
  }

  /**
   * Reads a text as {@link TextFile} does.
   *
   * @throws CommandFailure when it cannot be read or holds too few sentences to draw from
   */
  public static FileText read(Path file) {
    String text = TextFile.read(file);
    List<String> sentences = split(text);
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
