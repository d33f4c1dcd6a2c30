package io.e2llm.cli.bench;

import io.e2llm.cli.terminal.Json;
import io.e2llm.cli.terminal.ReportFile;
import io.e2llm.cli.terminal.Screen;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of what is written. */
final class ReportOptions {
  @Option(
      names = "--json",
      paramLabel = "FILE|-",
      description = "Write the result as data; - is standard output, instead of the table.")
  private @Nullable String json;

  @Option(
      names = "--plot",
      paramLabel = "FILE.svg",
      description = "Draw the times to the first token and between tokens.")
  private @Nullable Path plot;

  @Option(
      names = "--pid",
      paramLabel = "LABEL=PID",
      description = "Report the resident memory of a process of this machine; may be repeated.")
  private List<String> pids = List.of();

  /** The processes to watch. */
  List<WatchedProcess> processes() {
    return pids.stream().map(WatchedProcess::parse).toList();
  }

  /** Checks that files can be written, before the measurement. */
  void check() {
    if (json != null && !json.equals("-")) {
      new ReportFile(Path.of(json)).check();
    }
    if (plot != null) {
      new ReportFile(plot).check();
    }
  }

  /** Writes all that was asked for. */
  void write(BenchResult result, Screen screen) {
    if (json != null && !json.equals("-")) {
      new ReportFile(Path.of(json)).write(Json.of(BenchJson.of(result)) + "\n");
    }
    if (plot != null) {
      new ReportFile(plot).write(BenchPlot.of(result));
    }
    if ("-".equals(json)) {
      screen.line(Json.of(BenchJson.of(result)));
    } else {
      BenchTable.lines(result).forEach(screen::line);
    }
  }
}
