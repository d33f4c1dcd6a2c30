package io.e2llm.cli.context;

import io.e2llm.cli.CommandFailure;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** Turns the arguments of a command line into documents. */
public final class DocumentList {
  private static final Set<String> ENDINGS =
      Set.of("txt", "text", "md", "markdown", "mdx", "rst", "adoc", "org");

  private DocumentList() {}

  /**
   * The documents that {@code arguments} name, in their order; those of a folder sorted by path.
   *
   * @param arguments files, folders, or {@code -} for {@code input}
   * @throws CommandFailure when one is missing, or a folder holds no text
   */
  public static List<Document> of(List<String> arguments, InputStream input) {
    List<Document> documents = new ArrayList<>();
    for (String argument : arguments) {
      if (argument.equals("-")) {
        documents.add(new Document.Stream("standard input", input));
      } else {
        documents.addAll(at(argument));
      }
    }
    return documents;
  }

  private static List<Document> at(String argument) {
    Path path;
    try {
      path = Path.of(argument);
    } catch (InvalidPathException e) {
      throw CommandFailure.failed(argument + ": no such file");
    }
    if (Files.isDirectory(path)) {
      return in(path);
    }
    if (!Files.exists(path)) {
      throw CommandFailure.failed(argument + ": no such file");
    }
    if (!Files.isReadable(path)) {
      throw CommandFailure.failed(argument + ": cannot be read: permission denied");
    }
    return List.of(Files.isRegularFile(path) ? new Document.InFile(path) : stream(path));
  }

  /** A pipe, such as a shell's {@code <(command)}, which can be read once. */
  private static Document stream(Path path) {
    try {
      return new Document.Stream(path.toString(), Files.newInputStream(path));
    } catch (IOException e) {
      throw CommandFailure.failed(path + ": cannot be read");
    }
  }

  private static List<Document> in(Path folder) {
    try (Stream<Path> walk = Files.walk(folder)) {
      List<Document> documents =
          walk.filter(file -> isText(folder.relativize(file)))
              .filter(Files::isRegularFile)
              .filter(file -> file.toFile().length() > 0)
              .sorted()
              .map(file -> (Document) new Document.InFile(file))
              .toList();
      if (documents.isEmpty()) {
        throw CommandFailure.failed(folder + ": holds no text or Markdown file");
      }
      return documents;
    } catch (IOException | UncheckedIOException e) {
      throw CommandFailure.failed(folder + ": cannot be read");
    }
  }

  /** By its ending, or an upper-case name without one, as LICENSE; nothing hidden. */
  private static boolean isText(Path relative) {
    for (Path part : relative) {
      if (part.toString().startsWith(".")) {
        return false;
      }
    }
    String name = String.valueOf(relative.getFileName());
    int dot = name.lastIndexOf('.');
    return dot < 0
        ? name.length() > 1 && name.equals(name.toUpperCase(Locale.ROOT))
        : ENDINGS.contains(name.substring(dot + 1).toLowerCase(Locale.ROOT));
  }
}
