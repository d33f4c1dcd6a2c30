package io.e2llm.cli.eval;

import io.e2llm.cli.terminal.Json;
import io.e2llm.cli.terminal.ReportFile;
import io.e2llm.cli.terminal.Screen;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where tables and data go. Tables are written again after each, so that what a long run has found
 * is there when it is stopped. One thread only.
 */
public final class ReportOutput {
  private final Optional<ReportFile> markdown;
  private final Optional<ReportFile> data;
  private final boolean dataOnScreen;
  private final List<String> lines = new ArrayList<>();

  private ReportOutput(
      Optional<ReportFile> markdown, Optional<ReportFile> data, boolean dataOnScreen) {
    this.markdown = markdown;
    this.data = data;
    this.dataOnScreen = dataOnScreen;
  }

  /**
   * As options ask for it.
   *
   * @param json a file, or {@code -} for the screen instead of the tables
   * @throws io.e2llm.cli.CommandFailure when a file cannot be written
   */
  public static ReportOutput of(@Nullable String json, @Nullable Path markdown) {
    boolean onScreen = "-".equals(json);
    Optional<ReportFile> data =
        Optional.ofNullable(json).filter(name -> !onScreen).map(Path::of).map(ReportFile::new);
    Optional<ReportFile> tables = Optional.ofNullable(markdown).map(ReportFile::new);
    data.ifPresent(ReportFile::check);
    tables.ifPresent(ReportFile::check);
    return new ReportOutput(tables, data, onScreen);
  }

  /** Tells which models are asked. */
  public void models(MeasuredModels models, Screen screen) {
    table(List.of(models.line()), screen);
  }

  /** Tells a table, and a blank line after it. */
  public void table(List<String> table, Screen screen) {
    lines.addAll(table);
    lines.add("");
    if (!dataOnScreen) {
      table.forEach(screen::line);
      screen.line("");
    }
    markdown.ifPresent(file -> file.write(String.join("\n", lines) + "\n"));
  }

  /** Writes what there is so far as data, if that goes to a file. */
  public void keep(Map<String, Object> object) {
    data.ifPresent(file -> file.write(Json.of(object) + "\n"));
  }

  /** Tells all as data. */
  public void data(Map<String, Object> object, Screen screen) {
    keep(object);
    if (dataOnScreen) {
      screen.line(Json.of(object));
    }
  }
}
