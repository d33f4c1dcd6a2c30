package io.e2llm.engine.catalogue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Fetches an artefact with Maven, whose mirrors and proxies so apply, and unzips it. Nothing of it
 * is run. Maven keeps its download to itself, so there is no progress before the end.
 */
final class JarFetcher implements Fetcher<Source.Jar> {
  private static final String COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.9.0:copy";

  private final List<String> maven;

  JarFetcher(List<String> maven) {
    this.maven = maven;
  }

  @Override
  public void fetch(Source.Jar source, FetchJob job) throws IOException, InterruptedException {
    Path work = job.staging().resolve(".maven");
    StagingFolder.empty(work);
    Path out = Files.createDirectory(work.resolve("out"));
    List<String> command = new ArrayList<>(maven);
    command.addAll(List.of("-q", "-B", COPY, "-DoutputDirectory=" + out.toAbsolutePath()));
    command.add("-Dartifact=" + source.text().substring("maven:".length()));
    if (!job.last()) {
      command.add("-Daether.connector.connectTimeout=4000");
      command.add("-Dmaven.wagon.http.retryHandler.count=0");
    }
    job.meter().start(0, source.inside().bytes());
    ToolRun.Outcome outcome = ToolRun.run(command, Map.of(), work, () -> true);
    if (outcome.status() != 0) {
      throw new FetchException(reason(outcome.output()));
    }
    try (Stream<Path> files = Files.list(out)) {
      Path jar = files.findFirst().orElseThrow(() -> new FetchException("Maven brought nothing"));
      job.meter().set(Files.size(jar));
      ArchiveUnpacker.unpack(jar, source.inside().prefix(), job);
    }
    StagingFolder.delete(work);
  }

  private static String reason(String output) {
    return output
        .lines()
        .filter(line -> line.startsWith("[ERROR]") && line.contains(COPY.substring(0, 20)))
        .findFirst()
        .map(line -> "Maven says: " + line.substring("[ERROR]".length()).strip())
        .orElse("Maven failed");
  }
}
