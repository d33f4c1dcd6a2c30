package io.e2llm.engine.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Remembers the digests of a model's files, so that a start need not hash them again: {@code
 * .verified} in the model's folder holds digest, length, time of change and path of each file, a
 * line each. A line holds good while neither length nor time differ.
 *
 * @param digests the SHA-256 in hex of each file whose line holds good, by its path below the
 *     folder, with slashes
 */
public record DigestMarker(Map<String, String> digests) {
  private static final String NAME = ".verified";
  private static final Pattern LINE =
      Pattern.compile("([0-9a-f]{64}) (\\d{1,18}) (\\d{1,18}) (.+)");

  /** Copies the digests. */
  public DigestMarker {
    digests = Map.copyOf(digests);
  }

  /** What is remembered of {@code folder}; nothing when there is no marker. */
  public static DigestMarker read(Path folder) {
    Map<String, String> digests = new LinkedHashMap<>();
    try {
      for (String line : Files.readAllLines(folder.resolve(NAME))) {
        Matcher fields = LINE.matcher(line);
        if (fields.matches() && holdsGood(folder, fields)) {
          digests.put(fields.group(4), fields.group(1));
        }
      }
    } catch (IOException e) {
      return new DigestMarker(Map.of()); // no marker, or not one
    }
    return new DigestMarker(digests);
  }

  private static boolean holdsGood(Path folder, Matcher fields) {
    try {
      Path file = folder.resolve(fields.group(4));
      return Files.size(file) == Long.parseLong(fields.group(2))
          && Files.getLastModifiedTime(file).toMillis() == Long.parseLong(fields.group(3));
    } catch (IOException | InvalidPathException e) {
      return false; // no such file
    }
  }

  /** Puts these digests, just taken of the files, into {@code folder}'s marker. */
  public void write(Path folder) throws IOException {
    List<String> lines = new ArrayList<>();
    for (Map.Entry<String, String> digest : digests.entrySet()) {
      Path file = folder.resolve(digest.getKey());
      lines.add(
          "%s %d %d %s"
              .formatted(
                  digest.getValue(),
                  Files.size(file),
                  Files.getLastModifiedTime(file).toMillis(),
                  digest.getKey()));
    }
    lines.sort(null);
    Path fresh = folder.resolve(NAME + ".new");
    Files.write(fresh, lines);
    Files.move(fresh, folder.resolve(NAME), StandardCopyOption.REPLACE_EXISTING);
  }

  /** Forgets what is remembered of {@code folder}. */
  public static void delete(Path folder) throws IOException {
    Files.deleteIfExists(folder.resolve(NAME));
  }
}
