package io.e2llm.cli.terminal;

import io.e2llm.cli.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file that a command writes when its work is done.
 *
 * @param path where
 */
public record ReportFile(Path path) {
  /**
   * Checks, before the work, that it can be written.
   *
   * @throws CommandFailure when it cannot
   */
  public void check() {
    Path folder = path.toAbsolutePath().getParent();
    if (folder == null
        || !Files.isDirectory(folder)
        || Files.isDirectory(path)
        || !Files.isWritable(Files.exists(path) ? path : folder)) {
      throw CommandFailure.wrongUse(path + ": no file can be written there");
    }
  }

  /**
   * Writes it, over what stood there.
   *
   * @throws CommandFailure when it cannot be written
   */
  public void write(String text) {
    try {
      Files.writeString(path, text);
    } catch (IOException e) {
      throw CommandFailure.failed(path + ": cannot be written");
    }
  }
}
