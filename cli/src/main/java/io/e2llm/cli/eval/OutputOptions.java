package io.e2llm.cli.eval;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that say where tables and data go. */
public final class OutputOptions {
  @Option(names = "--markdown", paramLabel = "FILE", description = "Write the tables there too.")
  private @Nullable Path markdown;

  @Option(
      names = "--json",
      paramLabel = "FILE|-",
      description =
          "Write everything as data, each question and answer too; - is standard output, "
              + "instead of the tables.")
  private @Nullable String json;

  /**
   * Where they go.
   *
   * @throws io.e2llm.cli.CommandFailure when a file cannot be written
   */
  public ReportOutput open() {
    return ReportOutput.of(json, markdown);
  }
}
